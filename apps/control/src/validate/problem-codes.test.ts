import { readFileSync } from 'node:fs'
import path from 'node:path'
import { problemCodes } from '@heddle/shared/model/problem-codes'
import { expect, test } from 'vitest'

const page = readFileSync(path.join(import.meta.dirname, '../../../../docs/problem-codes.md'), 'utf8')
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| HED-'))
  .map((line) => line.split('|').map((cell) => cell.trim()))

test('docs/problem-codes.md lists every code with its severity and its meaning, and no other', () => {
  const documented = rows.map(([, code, severity, title]) => [code, { title, severity }])

  expect(Object.fromEntries(documented)).toEqual(problemCodes)
  expect(documented.length).toBe(Object.keys(problemCodes).length)
})

test('every code is documented with its cause and what to do', () => {
  expect(rows.filter(([, , , , cause, fix]) => !cause || !fix)).toEqual([])
})
