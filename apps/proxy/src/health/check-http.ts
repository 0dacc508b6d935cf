import type { CheckResult } from '@heddle/engine/health/health-record'
import { parseResponseHead } from '../codec/http1/parse-response-head.ts'
import { ResponseHead } from '../codec/http1/response-head.ts'
import type { HealthProbe, StatusRange } from '../config/health-check-config.ts'
import { openSocket, readyEvent } from '../pool/open-socket.ts'
import { askHttp2 } from './ask-http2.ts'
import { checkHeaders, joinedHeaders } from './check-headers.ts'
import { holdsInOrder } from './holds-in-order.ts'
import type { ProbeAnswer, ProbeResult } from './probe-result.ts'
import type { ProbeTarget } from './probe-target.ts'

type HttpProbe = Extract<HealthProbe, { kind: 'http' }>

const userAgent = 'heddle-health-check'
const headBytesMax = 60 * 1024

/** One request on a connection of its own; its status decides, and where it is asked for its body. */
export async function checkHttp(config: HttpProbe, target: ProbeTarget, signal: AbortSignal): Promise<ProbeAnswer> {
  const host = target.hostname || config.host || target.clusterName
  const headers = checkHeaders({ 'user-agent': userAgent }, config.edits)
  if (config.isHttp2) {
    const pseudo = { ':method': config.method, ':path': config.path, ':authority': host }
    const answer = await askHttp2(
      { headers: { ...pseudo, ...joinedHeaders(headers), ...lengthOf(config.send) }, body: config.send },
      target,
      signal,
    )
    return { result: judge(config, answer.status, answer.isDegraded, answer.body), status: answer.status }
  }
  const fields = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const length = config.send === undefined ? '' : `content-length: ${config.send.length}\r\n`
  const head = `${config.method} ${config.path} HTTP/1.1\r\nhost: ${host}\r\n${fields}${length}connection: close\r\n\r\n`
  return ask(config, Buffer.concat([Buffer.from(head, 'latin1'), config.send ?? nothing]), target, signal)
}

const nothing = Buffer.alloc(0)

function lengthOf(body: Buffer | undefined): Record<string, string> {
  return body === undefined ? {} : { 'content-length': String(body.length) }
}

function ask(
  config: HttpProbe,
  wire: Buffer,
  { address, dial }: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const socket = openSocket(address, dial)
    const head = new ResponseHead()
    let bytes = Buffer.alloc(0)
    let bodyAt = -1
    const end = (result: ProbeResult) => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      resolve({ result, status: result === 'silence' ? 0 : head.status })
    }
    const onAbort = () => end('silence')
    const answered = () =>
      end(judge(config, head.status, head.headers.has('x-envoy-degraded'), bytes.subarray(Math.max(bodyAt, 0))))
    signal.addEventListener('abort', onAbort)
    socket.on('error', () => end('silence'))
    socket.on('end', () => (bodyAt < 0 ? end('silence') : answered()))
    socket.on('close', () => end('silence'))
    socket.once(readyEvent(dial), () => socket.write(wire))
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      while (bodyAt < 0) {
        const at = bytes.indexOf('\r\n\r\n', 0, 'latin1')
        if (at < 0) return bytes.length > headBytesMax ? end('silence') : undefined
        const refusal = parseResponseHead(bytes.toString('latin1', 0, at + 2), head, config.method, 100)
        if (refusal !== undefined) return end('silence')
        if (head.status < 200) bytes = bytes.subarray(at + 4)
        else bodyAt = at + 4
      }
      const { receive, receiveBytesMax } = config
      const body = bytes.length - bodyAt
      if (receive.length === 0 || holdsInOrder(bytes.subarray(bodyAt), receive)) answered()
      else if (body >= (receiveBytesMax || headBytesMax)) answered()
      return undefined
    })
  })
}

function judge(config: HttpProbe, status: number, isDegraded: boolean, body: Buffer): CheckResult {
  if (!isIn(config.expected, status)) return isIn(config.retriable, status) ? 'failure' : 'refusal'
  const read = config.receiveBytesMax > 0 ? body.subarray(0, config.receiveBytesMax) : body
  if (!holdsInOrder(read, config.receive)) return 'refusal'
  return isDegraded ? 'degraded' : 'success'
}

function isIn(ranges: readonly StatusRange[], status: number): boolean {
  return ranges.some(({ from, below }) => status >= from && status < below)
}
