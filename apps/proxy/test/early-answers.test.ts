import type { Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { createAuthority } from '@heddle/testkit/certificates'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { rawBlock, rawFrame } from './harness/raw-http2.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'
import { http2 } from './harness/to-http2-upstream.ts'

// A server that has answered and wants no more closes its connection, with bytes of the request unread: that resets it. The
// answer stands in the other side's socket, but whoever still sends hears of the reset first.

const uploads = 30
const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`
const upload = ['POST / HTTP/1.1\r\nhost: up.shop\r\ntransfer-encoding: chunked\r\n\r\n', ...Array(16).fill(piece)]
const answer = Buffer.from('HTTP/1.1 413 Content Too Large\r\ncontent-length: 5\r\n\r\nlarge')

/** Answers what comes first, and leaves the rest unread. */
function answerAndClose(socket: Socket, bytes: Buffer): void {
  socket.once('data', () => {
    socket.pause()
    socket.write(bytes, () => socket.destroy())
  })
}

const hasBody = (come: string) => /\r\n\r\n./.test(come)

async function statuses(port: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (let left = uploads; left > 0; left--) {
    const { text, status } = await rawExchange(port, upload, { until: (come) => hasBody(come) })
    const seen = `${status} ${text.split('\r\n\r\n')[1]}`
    counts[seen] = (counts[seen] ?? 0) + 1
  }
  return counts
}

test('the answer to an upload that its upstream cuts off is passed on', async () => {
  await using upstream = await startRawUpstream((socket) => answerAndClose(socket, answer))
  await using proxy = await startTestProxy(bootstrap([httpListener([route('up')])], [cluster('up', [upstream.port])]))

  expect(await statuses(proxy.port)).toEqual({ '413 large': uploads })
})

test('so is one over TLS', async () => {
  const authority = await createAuthority()
  const { certificate, key } = await authority.issue([{ type: 'dns', value: 'up.shop' }])
  const secured = createTlsServer({ cert: certificate, key }, (socket) => answerAndClose(socket, answer))
  secured.on('tlsClientError', () => undefined)
  await using upstream = await startRawUpstream((socket) => void secured.emit('connection', socket))
  const typed_config = {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
    sni: 'up.shop',
    common_tls_context: { validation_context: { trusted_ca: { inline_string: authority.certificate } } },
  }
  const up = cluster('up', [upstream.port], { transport_socket: { name: 'tls', typed_config } })
  await using proxy = await startTestProxy(bootstrap([httpListener([route('up')])], [up]))

  expect(await statuses(proxy.port)).toEqual({ '413 large': uploads })
})

test('so is one over HTTP/2', async () => {
  const largest = Buffer.from([0x7f, 0xff, 0, 0])
  const settings = rawFrame(4, 0, 0, Buffer.concat([Buffer.from([0, 4]), largest]))
  const windows = Buffer.concat([settings, rawFrame(8, 0, 0, largest)])
  const head = rawFrame(1, 4, 1, rawBlock({ ':status': '413', 'content-length': '5' }))
  const whole = Buffer.concat([
    head,
    rawFrame(0, 1, 1, Buffer.from('large')),
    rawFrame(7, 0, 0, Buffer.from('\0\0\0\x01\0\0\0\0')),
  ])
  await using upstream = await startRawUpstream((socket) => {
    socket.write(windows)
    // The preface and the request's head, and then what the windows let in.
    let come = 0
    const take = (part: Buffer) => {
      come += part.length
      if (come < 0x10000) return
      socket.off('data', take)
      socket.pause()
      socket.write(whole, () => socket.destroy())
    }
    socket.on('data', take)
  })
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')])], [cluster('up', [upstream.port], http2())]),
  )

  expect(await statuses(proxy.port)).toEqual({ '413 large': uploads })
})
