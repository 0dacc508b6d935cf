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

/** What grpc-java has beside these: compressed messages, very large ones, and many calls on one connection or on many. */
export const javaCases = [
  ...interopCases,
  'client_compressed_unary_noprobe',
  'server_compressed_unary',
  'client_compressed_streaming_noprobe',
  'server_compressed_streaming',
  'very_large_request',
  'rpc_soak',
  'channel_soak',
] as const

/** Each call of a soak may take long on a busy machine: what is asked is that it succeeds. */
const soak = ['--soak_per_iteration_max_acceptable_latency_ms=20000', '--soak_overall_timeout_seconds=50']

/** A program, and what it is called with before its own flags. All peers have the same flags. */
export type InteropCommand = readonly [program: string, ...argv: string[]]

export type InteropServer = AsyncDisposable & { readonly port: number }

const startMaxMs = 15_000
const caseMaxMs = 60_000

/** A peer's own server on a port. */
export async function startInteropServer(command: InteropCommand, port: number): Promise<InteropServer> {
  const [program, ...argv] = command
  const child = spawn(program, [...argv, `--port=${port}`, '--use_tls=false'], { stdio: 'ignore' })
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

/** Runs one case with a peer's client through `port`; what it said when it failed. */
export function runInteropCase(command: InteropCommand, port: number, name: string): Promise<string | undefined> {
  const [program, ...argv] = command
  const own = [`--server_host=${loopback}`, `--server_port=${port}`, '--use_tls=false', `--test_case=${name}`]
  const more = name.endsWith('_soak') ? soak : []
  return new Promise((resolve) => {
    execFile(program, [...argv, ...own, ...more], { timeout: caseMaxMs }, (error, stdout, stderr) =>
      resolve(error === null ? undefined : `${stdout}${stderr}`.trim().slice(-600) || error.message),
    )
  })
}
