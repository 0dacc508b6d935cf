import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:tls'
import { createAuthority } from '@heddle/testkit/certificates'
import { expect, test } from 'vitest'
import { secureQueueOf } from './secure-queue.ts'

const pair = await (await createAuthority()).issue([{ type: 'dns', value: 'shop.test' }])

test('what is sent by whoever is told that a write was taken waits its turn', async () => {
  await using peers = await connectedPeers()
  let told = 0
  const queue = secureQueueOf(peers.ours)
  const writer = {
    onTaken: () => {
      told++
      // Both at once: a TLS handle that is given a second write while it has one ends the process.
      if (told === 1) for (const part of ['b', 'c']) queue.send(part, writer)
      if (told === 3) peers.ours.end()
    },
  }

  queue.send('a', writer)
  await peers.ended

  expect(peers.received()).toBe('abc')
})

test('who takes a socket over waits behind what was written before, and each is told of its own', async () => {
  await using peers = await connectedPeers()
  const told: string[] = []
  const large = 'a'.repeat(16 * 1024 * 1024)
  const first = { onTaken: () => void told.push('first') }
  const second = { onTaken: () => void told.push('second') }

  secureQueueOf(peers.ours).send(large, first)
  secureQueueOf(peers.ours).send('b', second)
  peers.ours.end()
  await peers.ended

  expect(peers.received() === `${large}b`).toBe(true)
  expect(told).toEqual(['first', 'second'])
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
