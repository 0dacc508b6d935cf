import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'

test('what compose starts is what `npm start` starts', () => {
  const check = () => execFileSync(process.execPath, [path.join(import.meta.dirname, 'write-compose.ts'), '--check'])

  expect(check).not.toThrow()
})
