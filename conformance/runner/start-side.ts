import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { stringify } from 'yaml'
import { loopback } from './loopback.ts'
import { reservePort } from './reserve-port.ts'
import type { Json } from './scenario-values.ts'
import type { Side } from './side.ts'

export type RunningSide = AsyncDisposable & {
  readonly adminPort: number
  /** The port that each listener got. */
  readonly listenerPorts: ReadonlyMap<string, number>
  /** Undefined while it runs. */
  exit(): string | undefined
}

/** The proxy did not come up; the message is what it said. */
export class SideDidNotStart extends Error {
  override readonly name = 'SideDidNotStart'
}

/** One that cannot start says so by its end; a slow machine needs long for some thousand listeners. */
const startMaxMs = 120_000

/** Starts a proxy on a bootstrap and waits until it serves. */
export async function startSide(side: Side, build: (adminPort: number) => Json, folder: string): Promise<RunningSide> {
  const adminPort = reservePort()
  const file = path.join(folder, `${side.name}.yaml`)
  // Envoy reads YAML 1.1, in which an "on" without quotes is a truth.
  writeFileSync(file, stringify(build(adminPort), { version: '1.1' }))
  const [program = '', ...argv] = side.command(file, folder)
  const child = spawn(program, argv, { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder })
  let output = ''
  const keep = (part: Buffer) => {
    output = (output + part.toString()).slice(-8000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  let exit: string | undefined
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      exit = error.message
      resolve()
    })
    child.once('exit', (code, signal) => {
      exit = `exit ${code ?? signal}: ${output.trim()}`
      resolve()
    })
  })
  // Who is ended by a signal leaves no proxy behind.
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async () => {
    await stopProcess(child, ended)
    process.off('exit', kill)
  }
  try {
    const listenerPorts = await untilReady(adminPort, () => exit)
    return { adminPort, listenerPorts, exit: () => exit, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw new SideDidNotStart(`${side.name}: ${(error as Error).message}`)
  }
}

async function untilReady(adminPort: number, exit: () => string | undefined): Promise<ReadonlyMap<string, number>> {
  const end = performance.now() + startMaxMs
  while (performance.now() < end) {
    const reason = exit()
    if (reason !== undefined) throw new Error(reason)
    const isReady = await fetch(`http://${loopback}:${adminPort}/ready`).then(
      ({ status }) => status === 200,
      () => false,
    )
    if (isReady) {
      const listeners = await fetch(`http://${loopback}:${adminPort}/listeners`)
      return portsOf(await listeners.text())
    }
    await delay(50)
  }
  throw new Error(`not ready after ${startMaxMs} ms`)
}

/** "name::127.0.0.1:1234", one a line. */
function portsOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line.includes('::'))
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf('::')), Number(line.slice(line.lastIndexOf(':') + 1))] as const),
  )
}

async function stopProcess(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
  await ended
  clearTimeout(timer)
}
