import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')

test('every browser test belongs to one project, or it would never run', () => {
  const config = readFileSync(path.join(root, 'playwright.config.ts'), 'utf8')
  const patterns = [...config.matchAll(/testMatch: \/(.+?)\/,/g)].map(([, pattern = '']) => new RegExp(pattern))
  assert.equal(patterns.length, 3)
  for (const file of readdirSync(path.join(root, 'e2e')).filter((name) => name.endsWith('.test.ts'))) {
    assert.deepEqual([file, patterns.filter((pattern) => pattern.test(file)).length], [file, 1])
  }
})
