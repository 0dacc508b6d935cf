import { expect, test } from 'vitest'
import { peerRefusal } from './peer-refusal.ts'

const leaf = (altNames: string | undefined) => ({ altNames, isAuthority: false })

test('a SPIFFE identity is one name, on a certificate that signs no others', () => {
  expect(peerRefusal(leaf('URI:spiffe://mesh/a'), [])).toBeUndefined()
  expect(peerRefusal(leaf('URI:spiffe://mesh/a, DNS:shop'), [])).toBeUndefined()
  expect(peerRefusal(leaf('URI:spiffe://mesh/a, URI:spiffe://mesh/b'), [])).toContain('more than one URI')
  expect(peerRefusal(leaf('URI:spiffe://mesh/a, URI:https://b'), [])).toContain('more than one URI')
  expect(peerRefusal({ altNames: 'URI:spiffe://mesh/a', isAuthority: true }, [])).toContain('authority')
})

test('certificates without a SPIFFE identity are not held to its rules', () => {
  expect(peerRefusal({ altNames: 'DNS:shop', isAuthority: true }, [])).toBeUndefined()
  expect(peerRefusal(leaf(undefined), [])).toBeUndefined()
})
