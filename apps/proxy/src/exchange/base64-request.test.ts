import { expect, test } from 'vitest'
import type { HeaderBlock } from '../message/header-block.ts'
import { Base64Request } from './base64-request.ts'
import type { ExchangeServer } from './exchange-server.ts'
import type { RecodingExchange } from './request-detour.ts'

/** What becomes of a body that comes in these pieces. */
function sent(...pieces: readonly string[]): {
  readonly text: string
  readonly pieces: number
  readonly details: string
} {
  const came: Buffer[] = []
  let details = ''
  const server: Partial<ExchangeServer> = {
    sendOn: (chunk) => came.push(Buffer.from(chunk)),
    endOn: (_trailers: HeaderBlock | undefined) => undefined,
    refuseBody: (_status, why) => {
      details = why
    },
  }
  const detour = new Base64Request({ server } as unknown as RecodingExchange) // nothing else of it is asked for
  for (const piece of pieces) if (details === '') detour.take(Buffer.from(piece, 'latin1'))
  if (details === '') detour.end(undefined)
  return { text: Buffer.concat(came).toString('latin1'), pieces: came.length, details }
}

test.each([
  ['one piece', ['aGVsbG8=']],
  ['pieces that cut groups', ['a', 'GVs', 'bG', '8', '=']],
  ['messages that are padded one by one', ['aGU=bA==bG8=']],
])('the bytes are those that were meant, in %s', (_, pieces) => {
  expect(sent(...pieces)).toMatchObject({ text: 'hello', details: '' })
})

test('what came as one piece goes on as one, however often it is padded', () => {
  expect(sent('YQ=='.repeat(1000))).toEqual({ text: 'a'.repeat(1000), pieces: 1, details: '' })
})

test.each([
  ['another character', ['aGV*'], 'grpc_base_64_decode_failed'],
  ['the other alphabet', ['aG-_'], 'grpc_base_64_decode_failed'],
  ['padding alone', ['aGU=', '===='], 'grpc_base_64_decode_failed'],
  ['three signs of padding', ['a==='], 'grpc_base_64_decode_failed'],
  ['an end within a group', ['aGVsbG8'], 'grpc_base_64_decode_failed_bad_size'],
])('%s is refused', (_, pieces, details) => {
  expect(sent(...pieces).details).toBe(details)
})
