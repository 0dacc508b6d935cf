// The load of the benchmark: keep-alive connections on raw sockets, one request at a time on each, until the number is
// reached. Prints one JSON line. `node load.ts <port> <connections> <requests> <path> <requests per second, 0 = closed loop> [tls]`
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

const [port = '0', connections = '32', requests = '50000', path = '/', rate = '0', security = ''] =
  process.argv.slice(2)
const total = Number(requests)
const head = Buffer.from(
  `GET ${path} HTTP/1.1\r\nhost: bench.shop\r\nuser-agent: bench/1.0\r\naccept: */*\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00\r\n\r\n`,
)
const gapMs = Number(rate) > 0 ? (Number(connections) / Number(rate)) * 1000 : 0

const latencies = new Float64Array(total)
let sent = 0
let done = 0
let failed = 0
const started = performance.now()

await new Promise<void>((resolve) => {
  for (let i = 0; i < Number(connections); i++) open(i, resolve)
})
const seconds = (performance.now() - started) / 1000
const sorted = latencies.subarray(0, done).sort()
const at = (share: number) => sorted[Math.min(done - 1, Math.floor(done * share))] ?? 0
console.log(JSON.stringify({ requests: done, failed, seconds, p50Ms: at(0.5), p99Ms: at(0.99) }))
process.exit(0)

function open(index: number, resolve: () => void): void {
  const address = { port: Number(port), host: '127.0.0.1', noDelay: true }
  // Whose certificate it is does not matter to a measurement.
  const socket =
    security === 'tls'
      ? connectTls({ ...address, servername: 'bench.shop', rejectUnauthorized: false })
      : connect(address)
  let begun = 0
  /** When the next request is due; what is sent late counts from then, or a proxy that stalls would look quick. */
  let due = 0
  let missing = -1
  let kept = ''

  /** A request has no answer yet. */
  let isOpen = false
  /** The answer said that it is the connection's last. */
  let isLast = false

  const next = () => {
    if (sent >= total) return
    sent++
    begun = gapMs === 0 ? performance.now() : Math.min(due, performance.now())
    missing = -1
    kept = ''
    isOpen = true
    socket.write(head)
  }
  const finish = () => {
    isOpen = false
    latencies[done++] = performance.now() - begun
    if (done + failed >= total) return resolve()
    // 'close' opens the next one.
    if (isLast) socket.destroy()
    else if (gapMs === 0) next()
    else wait()
  }
  const wait = () => {
    due += gapMs
    const waitMs = due - performance.now()
    if (waitMs > 0.5) setTimeout(next, waitMs)
    else next()
  }

  socket.on(security === 'tls' ? 'secureConnect' : 'connect', () => {
    if (gapMs === 0) return next()
    const waitMs = (gapMs * index) / Number(connections)
    due = performance.now() + waitMs
    setTimeout(next, waitMs)
  })
  socket.on('data', (part) => {
    missing = readAnswer(socket, part)
    if (missing === 0) finish()
  })
  // 'close' follows.
  socket.on('error', () => undefined)
  socket.on('close', () => {
    if (isOpen) failed++
    isOpen = false
    if (done + failed >= total) resolve()
    else if (sent < total) open(index, resolve)
  })

  /** Bytes of the answer that are still to come. */
  function readAnswer(from: Socket, part: Buffer): number {
    if (missing >= 0) return missing - part.length
    kept += part.toString('latin1')
    const end = kept.indexOf('\r\n\r\n')
    if (end < 0) return -1
    if (!kept.startsWith('HTTP/1.1 200')) {
      from.destroy()
      return -1
    }
    isLast = /\r\nconnection: *close/i.test(kept.slice(0, end + 2))
    const length = /\r\ncontent-length: *(\d+)/i.exec(kept.slice(0, end + 2))?.[1]
    return end + 4 + Number(length) - kept.length
  }
}
