import { expect, test } from 'vitest'
import { cleanTrailers } from './clean-trailers.ts'
import { HeaderBlock } from './header-block.ts'

function trailersOf(...names: readonly string[]): HeaderBlock {
  const trailers = new HeaderBlock()
  for (const name of names) trailers.append(name, '1')
  return trailers
}

test('what only a proxy may set, and what policies decide by, does not come late', () => {
  const trailers = trailersOf('x-sum', 'cookie', 'x-forwarded-client-cert', 'x-envoy-original-path', 'forwarded')

  expect(cleanTrailers(trailers)?.toWire()).toBe('\r\nx-sum: 1')
})

test('trailers of which nothing is left are none', () => {
  expect(cleanTrailers(trailersOf('cookie', 'proxy-authorization'))).toBeUndefined()
})
