import { expect, test } from 'vitest'
import { retryAfterMs, waitForTurn } from './wait-for-turn.ts'

test.each([
  ['3', 3000],
  ['0', 100],
  ['Thu, 01 Jan 1970 00:00:05 GMT', 5000],
  ['soon', undefined],
  [null, undefined],
])('Retry-After: %s is %s ms', (header, expected) => {
  expect(retryAfterMs(header, 0)).toBe(expected)
})

const tooMany = (retryAfter?: string) =>
  new Response('', { status: 429, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } })

test('it asks again until it is its turn', async () => {
  const answers = [tooMany('0'), tooMany('0'), new Response('done')]

  const answer = await waitForTurn(async () => answers.shift() as Response) // there are three

  expect([answer.status, await answer.text()]).toEqual([200, 'done'])
})

test.each([['3600'], [undefined]])(
  'nobody is kept for longer than a minute, nor without a time: %s',
  async (retryAfter) => {
    let asked = 0

    const answer = await waitForTurn(async () => {
      asked++
      return tooMany(retryAfter)
    })

    expect([answer.status, asked]).toEqual([429, 1])
  },
)

const away = (retryAfter?: string) =>
  new Response('', { status: 503, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } })

test('it asks again while the database is away, and says so once', async () => {
  const answers = [away('0'), away('0'), new Response('done')]
  const said: string[] = []

  const answer = await waitForTurn(
    async () => answers.shift() as Response, // there are three
    (line) => said.push(line),
  )

  expect([await answer.text(), said]).toEqual(['done', ['heddle: the database does not answer; asking again']])
})

test.each([['11'], [undefined]])(
  'it does not ask again for a database that is away for longer, nor where something may be done: %s',
  async (retryAfter) => {
    let asked = 0

    const answer = await waitForTurn(async () => {
      asked++
      return away(retryAfter)
    })

    expect([answer.status, asked]).toEqual([503, 1])
  },
)
