import { readTarget } from '../../apps/proxy/src/exchange/read-target.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { generateRequests } from './generate-http1.ts'
import { messageParts } from './message-parts.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { firstDifference } from './read-message.ts'
import { readNodeRequests } from './read-node-requests.ts'
import { readOurRequests } from './read-our-requests.ts'
import { splitBytes } from './split-bytes.ts'

/**
 * Whatever request we take, llhttp takes too, with the same head and the same body: then nobody behind us who reads as
 * strictly can be brought to see another request in it. And it makes no difference in how many parts it arrives.
 */
export const http1Requests: FuzzTarget = {
  name: 'http1-requests',
  seeds: [
    Buffer.from('GET / HTTP/1.1\r\nhost: test\r\n\r\n'),
    Buffer.from('POST / HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx-a: b\r\n\r\n'),
  ],
  generate: (random, known) =>
    random.chance(0.6) ? generateRequests(random) : mutateBytes(random.pick(known), random, messageParts),
  async check(input) {
    const whole = readOurRequests([input])
    const inParts = readOurRequests(splitBytes(input))
    const cut = firstDifference(whole, inParts) ?? firstDifference(inParts, whole)
    if (cut !== undefined) return `in parts it is another one: ${cut}`
    // The exchange refuses methods and targets that the codec lets pass.
    const end = whole.findIndex(({ start }) => !isServed(start))
    const known = end < 0 ? whole : whole.slice(0, end)
    return known.length === 0 ? undefined : firstDifference(known, await readNodeRequests(input))
  },
}

function isServed(start: string): boolean {
  const [method = '', target = ''] = start.split(' ')
  const exchange = { method, host: 'test', chain: { pathMode: 'decode-and-merge-slashes', edge: { isEdge: false } } }
  return readTarget(exchange as Parameters<typeof readTarget>[0], target) === undefined // what it reads is there
}
