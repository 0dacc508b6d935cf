import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startControlProcess } from './harness/control-process.ts'

// A process of its own: what it does for one person must not be what its clients wait for.
let control: Awaited<ReturnType<typeof startControlProcess>>
beforeAll(async () => {
  control = await startControlProcess()
})
afterAll(() => control[Symbol.asyncDispose]())

/** As long to read as 128 KiB can be. */
const large = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: large, namespace: shop }
spec:
  rules:
${'    - { matches: [{ path: { type: PathPrefix, value: /a } }], backendRefs: [{ name: a, port: 1 }] }\n'.repeat(1200)}`
const check = () => control.answer('second', 'POST', '/validate', { edits: [{ op: 'put', yaml: large }] })

async function took(ask: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await ask()
  return performance.now() - start
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

test('while one person has large texts checked as fast as they can, others wait for about one check and not for all of them', async () => {
  await check()
  const oneCheck = median([await took(check), await took(check), await took(check)])
  let isOver = false
  const checking = Array.from({ length: 8 }, async () => {
    while (!isOver && (await check()).status === 200);
  })

  const others: number[] = []
  while (others.length < 15) {
    // On a machine that is too busy the database may count as away; how long an answer takes is what is asked here.
    others.push(await took(() => control.answer('editor', 'GET', '/objects')))
    await delay(20)
  }
  isOver = true
  await Promise.all(checking)

  console.log(JSON.stringify({ oneCheckMs: Math.round(oneCheck), othersMedianMs: Math.round(median(others)) }))
  expect(median(others)).toBeLessThan(2.5 * oneCheck + 250)
})

test('who asks for more checks than may wait is told when to come back, and nobody else is', async () => {
  const ask = (person: 'approver' | 'editor', ...texts: readonly string[]) =>
    control.answer(person, 'POST', '/validate', { edits: texts.map((yaml) => ({ op: 'put', yaml })) })
  // As much as one body holds: the others come while it is read, and in the pause after it.
  const long = [ask('approver', ...Array(7).fill(large)), ask('approver', ...Array(7).fill(large))]

  const answers = await Promise.all([...long, ...Array.from({ length: 40 }, () => ask('approver', 'a: 1'))])
  const other = await ask('editor', 'a: 1')

  const refused = answers.filter(({ status }) => status === 429)
  expect(other.status).toBe(200)
  expect(refused.length).toBeGreaterThan(0)
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0)
  for (const { headers, body } of refused) {
    expect(body.code).toBe('rate_limited')
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  }
})
