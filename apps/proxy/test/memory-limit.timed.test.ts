import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { address, cluster, httpListener, route } from './harness/mesh.ts'
import { writeBootstrap } from './harness/start-supervised.ts'

/** How long the uploads are held up; `HEDDLE_UPLOAD_SECONDS=600` for long. */
const heldMs = Number(process.env.HEDDLE_UPLOAD_SECONDS ?? 1) * 1000
const uploads = 2000
const uploadBytes = 1024 * 1024
const limitBytes = 200 * 1024 * 1024

/** Version 2 of control groups, or else 1. */
const isUnified = existsSync('/sys/fs/cgroup/cgroup.controllers')
const group = `/sys/fs/cgroup/${isUnified ? '' : 'memory/'}heddle-${process.pid}`
const files = isUnified
  ? { limit: 'memory.max', peak: 'memory.peak', kills: 'memory.events' }
  : { limit: 'memory.limit_in_bytes', peak: 'memory.max_usage_in_bytes', kills: 'memory.oom_control' }
const reason = makeGroup()
if (reason !== undefined) console.error(`NOT TESTED: a memory limit of the system (${reason})`)

test.skipIf(reason !== undefined && process.env.CI !== 'true')(
  'with 200 MiB in all, two thousand slow uploads are held back or refused, and nobody is killed',
  async () => {
    // Reads the head, and nothing more until it is let.
    let isHeld = true
    const held = new Set<() => void>()
    await using upstream = await startRawUpstream((socket) => {
      let received = 0
      const pass = () => socket.resume()
      held.add(pass)
      socket.on('close', () => held.delete(pass))
      socket.on('data', (part) => {
        received += part.length
        if (isHeld) socket.pause()
        if (received >= uploadBytes) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
      })
    })
    const breaker = {
      connect_timeout: '30s',
      circuit_breakers: { thresholds: [{ max_connections: 4000, max_requests: 4000 }] },
    }
    const slow = route('up', { timeout: '0s' })
    const [port, adminPort] = await Promise.all([refusingPort(), refusingPort()])
    const listener = { ...httpListener([slow]), address: address(port) }
    using placed = writeBootstrap([listener], [cluster('up', [upstream.port], breaker)], adminPort)
    await using proxy = startLimited(placed.file)
    await eventually(() => isUp(adminPort), 20_000)
    const agent = new Agent()
    const statuses = new Map<string, number>()
    const body = Buffer.alloc(uploadBytes, 'x')
    const all = Array.from({ length: uploads }, async (_, index) => {
      await delay(index / 2)
      const status = await upload(agent, port, body)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    })

    await delay(uploads / 2 + heldMs)
    const heldBytes = numberIn(files.peak)
    isHeld = false
    for (const pass of held) pass()
    await Promise.all(all)
    const { signalCode, exitCode } = proxy.child
    const outOfMemory = Number(/^oom_kill (\d+)/m.exec(readFileSync(path.join(group, files.kills), 'utf8'))?.[1])

    console.log(JSON.stringify({ ...Object.fromEntries(statuses), heldMib: Math.round(heldBytes / 1024 / 1024) }))
    expect([signalCode, exitCode, outOfMemory]).toEqual([null, null, 0])
    // One that stands still for the five minutes that a stream may be idle has had its time.
    const expected = heldMs < 300_000 ? /^(200|503)/ : /^(200|503|504 stream timeout)/
    expect([...statuses.keys()].filter((status) => !expected.test(status))).toEqual([])
    expect(await isUp(adminPort)).toBe(true)
  },
  120_000 + heldMs * 2,
)

function makeGroup(): string | undefined {
  try {
    mkdirSync(group)
    writeFileSync(path.join(group, files.limit), String(limitBytes))
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function numberIn(file: string): number {
  return Number(readFileSync(path.join(group, file), 'utf8'))
}

function startLimited(file: string): AsyncDisposable & { readonly child: ChildProcess } {
  const entry = path.resolve(import.meta.dirname, '../src/main.ts')
  const shell = `echo $$ > ${group}/cgroup.procs && exec "$@"`
  const child = spawn('sh', ['-c', shell, 'sh', process.execPath, '--conditions=source', entry, '-c', file], {
    stdio: ['ignore', 'ignore', process.env.HEDDLE_TEST_LOGS ? 'inherit' : 'ignore'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  return {
    child,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
      rmdirSync(group)
    },
  }
}

function isUp(adminPort: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${adminPort}/healthz/ready`).then(
    ({ ok }) => ok,
    () => false,
  )
}

function upload(agent: Agent, port: number, body: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const headers = { 'content-length': body.length }
    const asked = request({ port, host: '127.0.0.1', agent, method: 'POST', headers }, (answer) => {
      let text = ''
      answer.on('data', (part) => {
        text += part
      })
      answer.on('close', () => resolve(answer.complete ? `${answer.statusCode} ${text}`.trim() : 'cut'))
    })
    asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    asked.end(body)
  })
}
