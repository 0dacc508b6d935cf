import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { expect, test } from 'vitest'
import { get, plain, streamed } from '../src/admin/admin-answer.ts'
import { type AdminPage, startAdmin } from '../src/admin/start-admin.ts'

const pieceLength = 64 * 1024
/** What the system takes for a reader that does not read is less. */
const bytesAheadMax = 64 * 1024 * 1024

test('a page is made no further ahead than it is read, and no more of it when the reader goes', async () => {
  await using pages = await endlessPages()
  const reader = await pages.ask()

  await pages.settled()
  const ahead = pages.made.pieces * pieceLength
  const before = pages.made.pieces
  reader.resume()
  await eventually(() => pages.made.pieces > before + bytesAheadMax / pieceLength)
  reader.destroy()
  await eventually(() => pages.made.ended === 1)

  expect(ahead).toBeGreaterThan(0)
  expect(ahead).toBeLessThan(bytesAheadMax)
})

test('of large pages four are made at once, the next one when one of them is over, and small ones meanwhile', async () => {
  await using pages = await endlessPages()
  const readers = await Promise.all([1, 2, 3, 4].map(pages.ask))
  await eventually(() => pages.made.begun === 4)
  const waiting = await pages.ask()
  const leaving = await pages.ask()
  leaving.destroy()
  const small = await fetch(`http://127.0.0.1:${pages.port}/small`)
  const whileFull = pages.made.begun
  readers[0]?.destroy()
  await once(waiting.resume(), 'data')

  expect(small.status).toBe(200)
  expect(whileFull).toBe(4)
  expect(pages.made.begun).toBe(5)
  for (const reader of [...readers, waiting]) reader.destroy()
})

/** An admin port with a page that never ends. Readers are given before they have read anything. */
async function endlessPages() {
  const made = { begun: 0, pieces: 0, ended: 0 }
  function* pieces() {
    try {
      for (;;) {
        made.pieces++
        yield '.'.repeat(pieceLength)
      }
    } finally {
      made.ended++
    }
  }
  const endless = streamed('text/plain', async () => {
    made.begun++
    return pieces()
  })
  const pages = new Map<string, AdminPage>([
    ['/endless', get('never ends', () => endless)],
    ['/small', get('ends at once', () => plain('OK\n'))],
  ])
  const admin = await startAdmin({ kind: 'tcp', host: '127.0.0.1', port: 0 }, [], () => pages)
  const port = admin.address.kind === 'tcp' ? admin.address.port : 0
  return {
    made,
    port,
    async ask(): Promise<Socket> {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      socket.write('GET /endless HTTP/1.1\r\nhost: localhost\r\n\r\n')
      return socket
    },
    /** It is stuck: between two looks nothing was made. */
    async settled() {
      let last = 0
      await eventually(() => {
        const isStuck = last > 0 && last === made.pieces
        last = made.pieces
        return isStuck
      })
    },
    [Symbol.asyncDispose]: () => admin[Symbol.asyncDispose](),
  }
}
