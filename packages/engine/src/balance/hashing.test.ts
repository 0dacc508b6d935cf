import { expect, test } from 'vitest'
import type { HashPolicy } from '../hash/hash-policy.ts'
import { hashRequest, type RequestHash } from '../hash/hash-request.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import { testEndpoint, testRandom } from './endpoints.fixture.ts'
import { HashRing } from './hash-ring.ts'
import { MaglevTable } from './maglev-table.ts'
import type { Picker } from './picker.ts'

const weights = [1, 1, 2, 3, 1]
const all = weights.map((weight, index) => ({
  endpoint: testEndpoint(`127.0.1.${index + 1}:9`, { weight }),
  weight,
}))
const hashing = { usesHostname: false, balanceFactorPercent: undefined }
const byKey: HashPolicy[] = [{ kind: 'header', name: 'x-key', rewrite: undefined, terminal: false }]
const byThree: HashPolicy[] = [
  ...byKey,
  { kind: 'query-parameter', name: 'q', terminal: false },
  { kind: 'source-ip', terminal: false },
]

function hashOf(policies: readonly HashPolicy[], headers: Record<string, readonly string[]>, query = ''): RequestHash {
  const out: RequestHash = { hi: 0, lo: 0, isSet: false, cookie: '' }
  const header = (name: string) => headers[name]?.join(',')
  hashRequest(
    policies,
    {
      method: 'GET',
      path: '/',
      query,
      authority: 'a',
      authorityPort: 0,
      scheme: 'http',
      header,
      requestHeader: header,
      headerValues: (name) => headers[name] ?? [],
      peer: {
        address: '127.0.0.1',
        port: 1234,
        directAddress: '127.0.0.1',
        remoteAddress: '127.0.0.1',
        principal: undefined,
        names: undefined,
        destinationAddress: '127.0.0.1',
        destinationPort: 80,
        sni: undefined,
      },
    },
    out,
  )
  return out
}

function placesOf(picker: Picker<BalancedEndpoint>, hash: (index: number) => RequestHash): string {
  return Array.from({ length: 60 }, (_, index) => picker.pick(hash(index), 0, 0).config.key.charAt(8)).join('')
}

const ring = new HashRing(
  all,
  { kind: 'ring-hash', sizeMin: 64, sizeMax: 8_388_608, hashFunction: 'xx-hash', hashing },
  testRandom(),
)
const maglev = new MaglevTable(all, { kind: 'maglev', tableSize: 1009, hashing }, testRandom())

// Where Envoy 1.40 sent key-0 to key-59 with the same endpoints, weights and sizes.
test('ring hash places every key where Envoy does', () => {
  const places = placesOf(ring, (index) => hashOf(byKey, { 'x-key': [`key-${index}`] }))

  expect(places).toBe('423223524532543213253122123333424253523535314345133524533424')
})

test('Maglev places every key where Envoy does', () => {
  const places = placesOf(maglev, (index) => hashOf(byKey, { 'x-key': [`key-${index}`] }))

  expect(places).toBe('443113455545344345333241143142444434325444444552435555453154')
})

// The same, for endpoints with these names and weights.
test('ring hash by MurmurHash2 places every key where Envoy does, by names', () => {
  const named = ['one', 'two', 'three'].map((hostname, index) => {
    const weight = index + 1
    return { endpoint: testEndpoint(`127.0.1.${index}:9`, { hostname, weight }), weight }
  })
  const policy = {
    kind: 'ring-hash',
    sizeMin: 64,
    sizeMax: 8_388_608,
    hashFunction: 'murmur-hash-2',
    hashing: { usesHostname: true, balanceFactorPercent: undefined },
  } as const
  const murmur = new HashRing(named, policy, testRandom())

  const places = Array.from({ length: 24 }, (_, index) =>
    murmur.pick(hashOf(byKey, { 'x-key': [`key-${index}`] }), 0).config.hostname.charAt(1),
  )

  expect(places.join('')).toBe('whwwwhhwwhhwhhwhwwwhwwnh')
})

test('a key in the metadata of an endpoint places it, whatever its address', () => {
  const keyed = (offset: number) =>
    ['one', 'two', 'three'].map((key, index) => {
      const subsetValues = new Map([['hash_key', JSON.stringify(key)]])
      return { endpoint: testEndpoint(`127.0.${offset}.${index}:9`, { subsetValues, hostname: key }), weight: 1 }
    })
  const placesOfNames = (offset: number) => {
    const table = new MaglevTable(keyed(offset), { kind: 'maglev', tableSize: 1009, hashing }, testRandom())
    return Array.from({ length: 50 }, (_, index) => table.pick({ hi: index * 7919, lo: index }, 0).config.hostname)
  }

  expect(placesOfNames(1)).toEqual(placesOfNames(2))
})

test('several policies together place every key where Envoy does', () => {
  const places = placesOf(ring, (index) => hashOf(byThree, { 'x-key': [`key-${index}`] }, `q=v${index}`))

  expect(places).toBe('233325433214441414234233232434232124434244523135224532553511')
})

test('several lines of a header count in any order, as with Envoy', () => {
  const one = hashOf(byKey, { 'x-key': ['b', 'a'] })
  const other = hashOf(byKey, { 'x-key': ['a', 'b'] })

  expect(ring.pick(one, 0).config.key).toBe('127.0.1.1:9')
  expect(other).toEqual(one)
})

test.each([
  ['ring hash', ring.pick.bind(ring)],
  ['Maglev', maglev.pick.bind(maglev)],
])('with %s another attempt may meet another endpoint', (_name, pick) => {
  const hash = hashOf(byKey, { 'x-key': ['key-1'] })

  const met = new Set(Array.from({ length: 20 }, (_, attempt) => pick(hash, attempt).config.key))

  expect(met.size).toBeGreaterThan(1)
})

test('when one of ten endpoints goes, Maglev keeps nearly all other keys in place', () => {
  const policy = { kind: 'maglev', tableSize: 65_537, hashing } as const
  const ten = Array.from({ length: 10 }, (_, index) => ({ endpoint: testEndpoint(`10.0.0.${index}:80`), weight: 1 }))
  const before = new MaglevTable(ten, policy, testRandom())
  const after = new MaglevTable(ten.slice(0, 9), policy, testRandom())
  const keys = Array.from({ length: 5000 }, (_, index) => hashOf(byKey, { 'x-key': [`user-${index}`] }))

  const stayed = keys.filter((key) => before.pick(key, 0) !== ten[9]?.endpoint)
  const moved = stayed.filter((key) => before.pick(key, 0) !== after.pick(key, 0))

  expect(moved.length / stayed.length).toBeLessThan(0.05)
})

test('a terminal policy that found something ends the search', () => {
  const terminal = byThree.map((policy, index) => ({ ...policy, terminal: index === 0 }))

  expect(hashOf(terminal, { 'x-key': ['a'] }, 'q=1')).toEqual(hashOf(byKey, { 'x-key': ['a'] }))
  expect(hashOf(terminal, {}, 'q=1')).toEqual(hashOf(byThree, {}, 'q=1'))
})

test('a request with nothing to hash has no hash', () => {
  expect(hashOf(byKey, {}).isSet).toBe(false)
})

test('a cookie that is missing is made where it has a lifetime, and hashes as it will when it comes back', () => {
  const cookie: HashPolicy[] = [
    { kind: 'cookie', name: 'sid', path: '/shop', ttlS: 60, attributes: [], terminal: false },
  ]

  const first = hashOf(cookie, {})
  const value = /^sid="([0-9a-f]{16})"; Max-Age=60; Path=\/shop; HttpOnly$/.exec(first.cookie)?.[1]
  const next = hashOf(cookie, { cookie: [`a=b; sid="${value}"; c=d`] })

  expect(next).toEqual({ ...first, cookie: '' })
  expect(hashOf([{ ...cookie[0], ttlS: undefined } as HashPolicy], {}).isSet).toBe(false)
})
