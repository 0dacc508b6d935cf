import { execFile, spawn } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { loopback } from './loopback.ts'

/** Every case of the gRPC interoperability tests that needs no credentials. */
export const interopCases = [
  'empty_unary',
  'large_unary',
  'client_streaming',
  'server_streaming',
  'ping_pong',
  'empty_stream',
  'timeout_on_sleeping_server',
  'cancel_after_begin',
  'cancel_after_first_response',
  'status_code_and_message',
  'special_status_message',
  'custom_metadata',
  'unimplemented_method',
  'unimplemented_service',
] as const

export type InteropServer = AsyncDisposable & { readonly port: number }

const startMaxMs = 15_000
const caseMaxMs = 60_000

/** grpc-go's own server on a port. */
export async function startInteropServer(program: string, port: number): Promise<InteropServer> {
  const child = spawn(program, [`--port=${port}`, '--use_tls=false'], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const end = performance.now() + startMaxMs
  while (!(await isListening(port))) {
    if (performance.now() > end || child.exitCode !== null) {
      child.kill()
      throw new Error('the interop server does not listen')
    }
    await delay(50)
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill()
      await ended
    },
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: loopback })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** Runs one case with grpc-go's client through `port`; what it said when it failed. */
export function runInteropCase(program: string, port: number, name: string): Promise<string | undefined> {
  const argv = [`--server_host=${loopback}`, `--server_port=${port}`, '--use_tls=false', `--test_case=${name}`]
  return new Promise((resolve) => {
    execFile(program, argv, { timeout: caseMaxMs }, (error, stdout, stderr) =>
      resolve(error === null ? undefined : `${stdout}${stderr}`.trim().slice(-600) || error.message),
    )
  })
}
