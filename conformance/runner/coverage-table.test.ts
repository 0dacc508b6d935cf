import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { badInputs, coverageTable } from './coverage-table.ts'
import { readScenarios } from './read-scenarios.ts'

const readme = path.resolve(import.meta.dirname, '../README.md')
const scenarios = readScenarios()

test('every row of bad input has a scenario', () => {
  const covered = new Set(scenarios.flatMap(({ covers }) => covers))
  expect(Object.keys(badInputs).filter((row) => !covered.has(row))).toEqual([])
})

test('no scenario covers a row that there is none of', () => {
  const unknown = scenarios.flatMap(({ covers }) => covers).filter((row) => /^P\d/.test(row) && !(row in badInputs))
  expect(unknown).toEqual([])
})

test('the table in the README is what the scenarios say (UPDATE_TABLES=1 writes it)', () => {
  const table = coverageTable(scenarios)
  const text = readFileSync(readme, 'utf8')
  const marked = /(?<=<!-- rows -->\n)[\s\S]*?(?=\n<!-- \/rows -->)/
  if (process.env.UPDATE_TABLES === '1') writeFileSync(readme, text.replace(marked, table))

  expect(readFileSync(readme, 'utf8').match(marked)?.[0]).toBe(table)
})
