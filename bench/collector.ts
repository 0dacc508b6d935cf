// Takes what tracers send over OTLP/gRPC and forgets it. `node collector.ts <port>`
import { createServer } from 'node:http2'

const server = createServer()
server.on('stream', (stream) => {
  stream.on('error', () => undefined)
  stream.resume()
  stream.on('end', () => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    // An empty message: a frame of five zeros.
    stream.end(Buffer.alloc(5))
  })
})
server.on('sessionError', () => undefined)
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => console.log('ready'))
