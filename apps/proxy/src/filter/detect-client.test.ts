import assert from 'node:assert/strict'
import { compileIpRange } from '@heddle/engine/match/ip-range'
import { test } from 'vitest'
import type { ClientDetection } from '../config/client-detection.ts'
import { HeaderBlock } from '../message/header-block.ts'
import { detectClient } from './detect-client.ts'

const range = (addressPrefix: string, prefixLen: number) => compileIpRange({ addressPrefix, prefixLen }, 'test')
const proxies = [range('192.0.2.0', 24), range('2001:db8::', 32)]
const internalRanges = [range('10.0.0.0', 8)]
const forwardedFor = { kind: 'forwarded-for', trustedHops: 0, trustedRanges: proxies, appends: false } as const
const header = { kind: 'header', name: 'x-real', isTrusted: true, rejection: 0 } as const

test.each<[string, ClientDetection[], string, [string, string][], string, boolean]>([
  [
    'a stranger says nothing of itself',
    [forwardedFor],
    '203.0.113.1',
    [['x-forwarded-for', '10.0.0.1']],
    '203.0.113.1',
    false,
  ],
  ['a proxy speaks for one client', [forwardedFor], '192.0.2.1', [['x-forwarded-for', '10.0.0.1']], '10.0.0.1', true],
  [
    'nobody is inside who came through another',
    [forwardedFor],
    '192.0.2.1',
    [['x-forwarded-for', '10.0.0.1, 192.0.2.9']],
    '10.0.0.1',
    false,
  ],
  [
    'lines are one list',
    [forwardedFor],
    '192.0.2.1',
    [
      ['x-forwarded-for', '10.0.0.1'],
      ['x-forwarded-for', '203.0.113.5'],
    ],
    '203.0.113.5',
    false,
  ],
  ['all are proxies', [forwardedFor], '192.0.2.1', [['x-forwarded-for', '192.0.2.7, 2001:db8::1']], '192.0.2.7', false],
  [
    'an entry that is no address',
    [forwardedFor],
    '192.0.2.1',
    [['x-forwarded-for', '10.0.0.1,,192.0.2.7']],
    '192.0.2.1',
    false,
  ],
  [
    'an empty entry before a proxy',
    [forwardedFor],
    '192.0.2.1',
    [['x-forwarded-for', ',192.0.2.7']],
    '192.0.2.1',
    false,
  ],
  ['an empty list', [forwardedFor], '192.0.2.1', [['x-forwarded-for', '']], '192.0.2.1', false],
  ['a header that may say it', [header], '203.0.113.1', [['x-real', '10.0.0.1']], '10.0.0.1', true],
  [
    'a header that may not',
    [{ ...header, isTrusted: false }],
    '203.0.113.1',
    [['x-real', '10.0.0.1']],
    '10.0.0.1',
    false,
  ],
  [
    'the first that finds one',
    [header, forwardedFor],
    '192.0.2.1',
    [
      ['x-real', 'none'],
      ['x-forwarded-for', '10.0.0.3'],
    ],
    '10.0.0.3',
    true,
  ],
])('%s', (_what, detections, connected, fields, remoteAddress, isInside) => {
  const exchange = exchangeFrom(connected, fields)

  const detected = detectClient({ detections, internalRanges })(exchange)

  assert.deepEqual([exchange.peer.remoteAddress, detected.isInside], [remoteAddress, isInside])
})

test('who is not told of is refused where that is asked for, and nothing is appended for it', () => {
  const exchange = exchangeFrom('192.0.2.1', [['x-real', '']])
  const detect = detectClient({
    detections: [
      { ...header, rejection: 421 },
      { ...forwardedFor, appends: true },
    ],
    internalRanges,
  })

  assert.equal(detect(exchange).rejection, 421)
  assert.equal(exchange.headers.has('x-forwarded-for'), false)
})

function exchangeFrom(address: string, fields: readonly [string, string][]) {
  const headers = new HeaderBlock()
  for (const [name, value] of fields) headers.append(name, value)
  return { headers, peer: { address, remoteAddress: address } }
}
