// The upstream of the benchmark's HTTP/2: node's own server on as many processes as it takes not to be the bottleneck.
// nghttpd, where it is installed, is faster: bench/run.ts prefers it. `node upstream-http2.ts <port> <body bytes>`
import { createServer } from 'node:http2'

const [port = '0', bodyBytes = '128'] = process.argv.slice(2)
const body = Buffer.from('x'.repeat(Number(bodyBytes)))
const server = createServer({ settings: { maxConcurrentStreams: 1000 } })
server.on('stream', (stream) => {
  stream.on('error', () => undefined)
  stream.respond({ ':status': 200, 'content-type': 'text/plain', 'content-length': body.length })
  stream.end(body)
})
server.on('sessionError', () => undefined)
server.listen(Number(port), '127.0.0.1', () => console.log('ready'))
