// The upstream of the benchmark: answers every request head with the same bytes, on raw sockets, so that it costs little.
// `node upstream.ts <port> <body bytes>`
import { createServer } from 'node:net'

const [port = '0', bodyBytes = '128'] = process.argv.slice(2)
const body = 'x'.repeat(Number(bodyBytes))
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
)
const end = Buffer.from('\r\n\r\n')

createServer({ noDelay: true }, (socket) => {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (part) => {
    let data = rest.length > 0 ? Buffer.concat([rest, part]) : part
    for (let at = data.indexOf(end); at >= 0; at = data.indexOf(end)) {
      socket.write(answer)
      data = data.subarray(at + end.length)
    }
    rest = data
  })
  socket.on('error', () => socket.destroy())
}).listen(Number(port), '127.0.0.1', () => console.log('ready'))
