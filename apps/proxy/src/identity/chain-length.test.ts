import { expect, test } from 'vitest'
import { chainLength, chainLengthMax } from './chain-length.ts'

type Link = { issuerCertificate?: Link }

/** A leaf with so many certificates to its root, the root its own issuer or without one. */
function chain(length: number, isOwnIssuer: boolean): Link {
  const root: Link = {}
  if (isOwnIssuer) root.issuerCertificate = root
  let leaf = root
  for (let made = 1; made < length; made++) leaf = { issuerCertificate: leaf }
  return leaf
}

test.each([1, 2, 8])('%i certificates are counted, however their root ends', (length) => {
  expect([chainLength(chain(length, true), 8), chainLength(chain(length, false), 8)]).toEqual([length, length])
})

test('a long chain is followed no further than needed', () => {
  expect(chainLength(chain(1000, true), 8)).toBe(9)
})

test.each([
  [undefined, 8],
  [0, 2],
  [1, 2],
  [2, 3],
  [100, 101],
])('with a depth of %s a chain may have %i certificates', (depthMax, expected) => {
  expect(chainLengthMax({ depthMax })).toBe(expected)
})
