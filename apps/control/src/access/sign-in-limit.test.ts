import { expect, test } from 'vitest'
import { SignInLimit } from './sign-in-limit.ts'

test('an eleventh try for one name in a minute is refused, and a try a minute later is not', () => {
  let now = 0
  const limit = new SignInLimit(() => now)

  const tries = Array.from({ length: 11 }, () => limit.mayTry('10.0.0.1', 'erin'))
  const another = [limit.mayTry('10.0.0.1', 'avery'), limit.mayTry('10.0.0.2', 'erin')]
  now = 60_001

  expect(tries).toEqual([...Array(10).fill(true), false])
  expect(another).toEqual([true, true])
  expect(limit.mayTry('10.0.0.1', 'erin')).toBe(true)
})

test('who tries a hundred names in vain gets no further, and people from elsewhere do', () => {
  const limit = new SignInLimit(() => 0)

  for (let index = 0; index < 100; index++) limit.mayTry('10.0.0.1', `name${index}`)

  expect([limit.mayTry('10.0.0.1', 'erin'), limit.mayTry('10.0.0.2', 'erin')]).toEqual([false, true])
})

test('a hundred people who sign in from one address keep nobody out', () => {
  const limit = new SignInLimit(() => 0)

  for (let index = 0; index < 300; index++) {
    limit.mayTry('10.0.0.1', `name${index}`)
    if (index % 2 === 0) limit.succeeded('10.0.0.1', `name${index}`)
    else limit.undone('10.0.0.1', `name${index}`)
  }

  expect(limit.mayTry('10.0.0.1', 'erin')).toBe(true)
})
