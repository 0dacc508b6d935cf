import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:tls'
import { createAuthority } from '@heddle/testkit/certificates'
import { expect, test } from 'vitest'
import { SecureQueue } from './secure-queue.ts'

const pair = await (await createAuthority()).issue([{ type: 'dns', value: 'shop.test' }])

test('what is sent by whoever is told that a write was taken waits its turn', async () => {
  await using peers = await connectedPeers()
  let told = 0
  const queue = new SecureQueue(peers.ours, () => {
    told++
    // Both at once: a TLS handle that is given a second write while it has one ends the process.
    if (told === 1) for (const part of ['b', 'c']) queue.send(part)
    if (told === 3) peers.ours.end()
  })

  queue.send('a')
  await peers.ended

  expect(peers.received()).toBe('abc')
})

async function connectedPeers() {
  const server = createServer({ cert: pair.certificate, key: pair.key })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const accepted = once(server, 'secureConnection')
  const { port } = server.address() as AddressInfo // it listens on a port
  const theirs = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  let text = ''
  theirs.on('data', (part) => {
    text += String(part)
  })
  const ended = once(theirs, 'end')
  const [ours] = (await accepted) as [Socket]
  return {
    ours,
    ended,
    received: () => text,
    async [Symbol.asyncDispose]() {
      ours.destroy()
      theirs.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
