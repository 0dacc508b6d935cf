import type { FuzzTarget } from './fuzz-target.ts'
import { generateResponses } from './generate-http1.ts'
import { messageParts } from './message-parts.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { firstDifference } from './read-message.ts'
import { readNodeResponses } from './read-node-responses.ts'
import { readOurResponses } from './read-our-responses.ts'
import { splitBytes } from './split-bytes.ts'

/** Whatever answer we take, llhttp takes too, with the same status, fields and body, in however many parts it comes. */
export const http1Responses: FuzzTarget = {
  name: 'http1-responses',
  seeds: [
    Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello'),
    Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'),
    Buffer.from('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nto the end'),
  ],
  generate: (random, known) =>
    random.chance(0.6) ? generateResponses(random) : mutateBytes(random.pick(known), random, messageParts),
  async check(input) {
    // The method that was asked with decides about the body; it goes by the input, so that a kept one stays what it is.
    const method = input.length % 5 === 0 ? 'HEAD' : 'GET'
    const whole = readOurResponses([input], method)
    const inParts = readOurResponses(splitBytes(input), method)
    const cut = firstDifference(whole, inParts) ?? firstDifference(inParts, whole)
    if (cut !== undefined) return `in parts it is another one: ${cut}`
    return whole.length === 0 ? undefined : firstDifference(whole, await readNodeResponses(input, method))
  },
}
