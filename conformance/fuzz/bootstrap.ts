import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { stringify } from 'yaml'
import { BootstrapInvalid } from '../../apps/proxy/src/bootstrap/bootstrap-invalid.ts'
import { readBootstrap } from '../../apps/proxy/src/bootstrap/read-bootstrap.ts'
import { buildBootstrap } from '../runner/build-bootstrap.ts'
import { readScenarios } from '../runner/read-scenarios.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { mutateBytes } from './mutate-bytes.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'heddle-fuzz-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const file = path.join(folder, 'bootstrap.yaml')

const interesting = [
  '\n',
  '  ',
  '- ',
  ': ',
  '{',
  '}',
  '[',
  ']',
  '"',
  '*a',
  '&a ',
  '!!binary ',
  '|',
  '\t',
  'null',
  '1e999',
  '-1',
  '@type',
  '~',
  '<<: *a',
]

const seeds = readScenarios().flatMap((scenario, index) => {
  if (index % 23 !== 0) return []
  const ports = Object.fromEntries(Object.keys(scenario.upstreams).map((name, at) => [name, 1000 + at]))
  return [
    Buffer.from(
      stringify(
        buildBootstrap([{ scenario, key: 'fuzz', ports, logFile: '/dev/null', certificates: '/dev/null' }], 9901),
      ),
    ),
  ]
})

/** Whatever stands in the file, it is read or refused with one line that names the file. */
export const bootstrap: FuzzTarget = {
  name: 'bootstrap',
  seeds,
  generate: (random, known) => mutateBytes(random.pick(known), random, interesting),
  check(input) {
    writeFileSync(file, input)
    try {
      readBootstrap(file)
      return undefined
    } catch (error) {
      if (!(error instanceof BootstrapInvalid)) throw error
      if (!error.message.startsWith(file)) return `the refusal does not name the file: ${error.message}`
      return error.message.includes('\n') ? `the refusal has several lines: ${error.message}` : undefined
    }
  },
}
