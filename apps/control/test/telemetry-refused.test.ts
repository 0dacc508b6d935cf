import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'

let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
})
afterAll(() => control[Symbol.asyncDispose]())

function post(body: Uint8Array, headers: Record<string, string>): Promise<Response> {
  return fetch(`${control.url}/v1/metrics`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-protobuf', ...headers },
  })
}

test.each([
  ['nonsense', Buffer.from([0xff, 0xff]), {}, 400],
  ['no JSON', Buffer.from('{'), { 'content-type': 'application/json' }, 400],
  ['a small body that unpacks to a large one', gzipSync(Buffer.alloc(8e6)), { 'content-encoding': 'gzip' }, 413],
  ['a body beyond the limit', Buffer.alloc(5e6), {}, 413],
  ['a million empty messages', gzipSync(Buffer.alloc(2e6, '\n\0')), { 'content-encoding': 'gzip' }, 413],
  [
    'a million empty objects',
    gzipSync(`{"resourceLogs":[${'{},'.repeat(1e6)}{}]}`),
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    413,
  ],
  ['a text', Buffer.from('a'), { 'content-type': 'text/plain' }, 415],
])('%s is refused', async (_what, body, headers, status) => {
  expect((await post(body, headers)).status).toBe(status)
})
