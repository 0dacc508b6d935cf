import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { allTo } from './harness/mesh.ts'
import { RawHttp2, rawBlock, rawFrame } from './harness/raw-http2.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

const block = rawBlock({ ':method': 'GET', ':scheme': 'http', ':path': '/', ':authority': 'a.shop' })
const enhanceYourCalm = 11
const flowControlError = 3

const many = (count: number, make: (index: number) => Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, index) => make(index)))

/** Puts one cookie of 4,000 bytes into the table, then names it again and again with one byte each. */
function cookieBomb(index: number): Buffer {
  const first = Buffer.concat([
    block,
    Buffer.from([0x40, 6]),
    Buffer.from('cookie'),
    Buffer.from([0x7f, 0xa1, 0x1e]),
    Buffer.alloc(4000, 'x'),
  ])
  const again = Buffer.concat([block, Buffer.alloc(8000, 0xbe)])
  return rawFrame(1, 5, index * 2 + 1, index === 0 ? first : again)
}

const floods: readonly [what: string, wire: () => Buffer, goAway: number | undefined][] = [
  [
    'rapid reset',
    () =>
      many(20_000, (index) =>
        Buffer.concat([rawFrame(1, 5, index * 2 + 1, block), rawFrame(3, 0, index * 2 + 1, Buffer.from([0, 0, 0, 8]))]),
      ),
    enhanceYourCalm,
  ],
  [
    'streams that we must reset',
    () =>
      many(20_000, (index) =>
        Buffer.concat([rawFrame(1, 5, index * 2 + 1, block), rawFrame(8, 0, index * 2 + 1, Buffer.from([0, 0, 0, 0]))]),
      ),
    enhanceYourCalm,
  ],
  [
    'CONTINUATION of 16 KiB each',
    () => Buffer.concat([rawFrame(1, 1, 1, block), many(1000, () => rawFrame(9, 0, 1, Buffer.alloc(16_000)))]),
    enhanceYourCalm,
  ],
  [
    'empty CONTINUATION',
    () => Buffer.concat([rawFrame(1, 1, 1, block), many(100_000, () => rawFrame(9, 0, 1))]),
    enhanceYourCalm,
  ],
  ['SETTINGS', () => many(50_000, () => rawFrame(4, 0, 0)), enhanceYourCalm],
  ['PING', () => many(50_000, () => rawFrame(6, 0, 0, Buffer.alloc(8))), enhanceYourCalm],
  ['PRIORITY', () => many(50_000, () => rawFrame(2, 0, 1, Buffer.from([0, 0, 0, 3, 1]))), enhanceYourCalm],
  [
    'empty DATA',
    () => Buffer.concat([rawFrame(1, 4, 1, block), many(50_000, () => rawFrame(0, 0, 1))]),
    enhanceYourCalm,
  ],
  ['unknown frames', () => many(50_000, () => rawFrame(99, 0, 0)), enhanceYourCalm],
  [
    'window updates of one byte',
    () => many(50_000, () => rawFrame(8, 0, 0, Buffer.from([0, 0, 0, 1]))),
    enhanceYourCalm,
  ],
  [
    'a window above the limit',
    () => many(5, () => rawFrame(8, 0, 0, Buffer.from([0x7f, 0xff, 0xff, 0xff]))),
    flowControlError,
  ],
  // Each is answered 431; none is put together in memory.
  ['cookies of 32 MB in 8 KB', () => many(100, cookieBomb), undefined],
]

test.each(floods)(
  '%s: the connection ends, others answer within 250 ms, memory stays flat',
  async (_what, wire, code) => {
    await using upstream = await startUpstream(() => ({ body: 'fine' }))
    await using proxy = await startTestProxy(allTo(upstream.port))
    const bytes = wire()
    await proxy.get('/warm')
    const before = process.memoryUsage.rss()
    let slowest = 0
    let isOver = false
    const probing = (async () => {
      while (!isOver) {
        const start = performance.now()
        await proxy.get('/probe')
        slowest = Math.max(slowest, performance.now() - start)
        await delay(20)
      }
    })()

    await using attacker = await RawHttp2.connect(proxy.port)
    attacker.send(bytes)
    await eventually(() =>
      code === undefined ? attacker.frames.some(({ streamId }) => streamId === 199) : attacker.goAway !== undefined,
    )
    isOver = true
    await probing

    expect(attacker.goAway).toBe(code)
    expect(slowest).toBeLessThan(250)
    expect(process.memoryUsage.rss() - before).toBeLessThan(48 * 1024 * 1024)
    const opened = proxy.ended.filter(({ path }) => path === '/').length
    expect(opened).toBeLessThan(1000)
  },
)
