import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import path from 'node:path'

export type Running = { readonly child: ChildProcess; readonly pid: number }

/** The processes of a measurement; all of them end with it. */
export class Runners implements AsyncDisposable {
  private readonly all = new Set<Running>()

  start(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    const [program = '', ...args] = argv
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } })
    const running = { child, pid: child.pid ?? 0 }
    this.all.add(running)
    return running
  }

  /** What an upstream that serves files answers "/" with. */
  writeBody(folder: string, bytes: number): void {
    writeFileSync(path.join(folder, 'index.html'), 'x'.repeat(bytes))
  }

  /** The file that makes such an upstream call its answers gRPC's. */
  writeGrpcType(folder: string): string {
    const file = path.join(folder, 'mime.types')
    writeFileSync(file, 'application/grpc html\n')
    return file
  }

  async stop(running: Running): Promise<void> {
    this.all.delete(running)
    const { child } = running
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    // Draining may take its time, and nobody waits for it here.
    const hurry = setTimeout(() => child.kill('SIGKILL'), 1000)
    await ended
    clearTimeout(hurry)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.all].map((running) => this.stop(running)))
  }
}

export function bench(file: string): string {
  return path.join(import.meta.dirname, file)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Waits until somebody accepts connections there. */
export async function isAccepting(port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' }, () => resolve(true))
      socket.once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isOpen) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing accepts on port ${port}`)
}
