// `npm test`: everything that must hold, on a fresh clone too, ending in one line "N passed, N failed, N skipped".
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { node, prepare, root } from './prepare.mjs'
import { PlainError, printFailure, task } from './task-list.mjs'

const bin = (/** @type {string} */ name) => path.join(root, 'node_modules', name)
const reports = path.join(root, 'test-results')
const total = { passed: 0, failed: 0, skipped: 0 }
/** @type {string[]} */
const unsteady = []

console.log('\n  Heddle: tests\n')
try {
  await prepare({ build: true })
} catch (error) {
  printFailure(error)
  console.log('0 passed, 1 failed, 0 skipped')
  process.exit(1)
}
mkdirSync(reports, { recursive: true })

// A check is one thing that must hold; a suite counts its own tests.
await check('Types', ['tsc -b', [bin('typescript/bin/tsc'), '-b']])
await check('Types of tests and tools', ['tsc', [bin('typescript/bin/tsc'), '-p', 'tsconfig.tests.json']])
await check('Types of the console', ['tsc', [bin('typescript/bin/tsc'), '-p', 'apps/console']])
await check('Lint, format and boundaries', [
  'biome',
  [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'],
])
await check('Sizes', ['check-sizes', [path.join(root, 'tools/check-sizes.ts')]])
await check('Documents', ['check-docs', [path.join(root, 'tools/check-docs.ts')]])
await suite('Unit tests', 'unit', vitest('unit', 0), countOwn)
await suite(
  'Process tests',
  'process',
  async () => {
    const { ensureEnvoy } = await import('./find-envoy.mjs')
    const { ensurePackages } = await import('./ensure-packages.mjs')
    const found = ensureEnvoy()
    const left = ensurePackages()
    const envoy = 'envoy' in found ? { ENVOY_BIN: found.envoy } : { HEDDLE_ENVOY_MISSING: found.missing }
    const command = await vitest('process', 1)()
    const skips = [...('missing' in found ? [found.missing] : []), ...(left === undefined ? [] : [left])]
    return { ...command, env: { ...command.env, ...envoy }, skips: skips.length === 0 ? undefined : skips.join('; ') }
  },
  countOwn,
)
await suite('Timed tests', 'timed', vitest('timed', 1), countOwn)
// A missing Envoy counts every scenario's second half as skipped.
await suite(
  'Conformance with Envoy',
  'conformance',
  report('conformance', ['conformance/run.ts', '--brief', '--retry']),
  countOwn,
)
// The same cases each time; `npm run conformance:differential` makes new ones.
await suite(
  'Random configurations with Envoy',
  'differential',
  report('differential', ['conformance/run-differential.ts', '--seed', '32', '--cases', '150']),
  countOwn,
)
// What cannot be fetched here counts as skipped, and says why.
await suite('Public suites', 'tools', report('tools', ['conformance/run-tools.ts']), countOwn)
// The same inputs each time, so that a red suite is the change's doing; `npm run fuzz` looks for new ones.
await suite(
  'Fuzzing',
  'fuzz',
  report('fuzz', ['--conditions=source', 'conformance/fuzz/run.ts', '--seconds', '60', '--seed', '20261126']),
  countOwn,
)
await suite(
  'Browser tests',
  'browser',
  async () => {
    const { ensureChromium } = await import('./find-chromium.mjs')
    return {
      argv: [bin('@playwright/test/cli.js'), 'test', '--retries=1'],
      env: { PW_CHROMIUM: ensureChromium(), PLAYWRIGHT_JSON_OUTPUT_FILE: path.join(reports, 'browser.json') },
    }
  },
  countPlaywright,
)

if (unsteady.length > 0)
  console.log(`\n  Passed only at the second try:\n${unsteady.map((each) => `    ${each}`).join('\n')}`)
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exit(total.failed === 0 ? 0 : 1)

/** @param {string} title @param {[string, string[]]} command */
async function check(title, [, argv]) {
  try {
    await task(title, () => run(argv, {}))
    total.passed++
  } catch (error) {
    total.failed++
    printFailure(error)
  }
}

/**
 * @param {string} title
 * @param {string} name of the report file
 * @param {() => Promise<{ argv: string[], env: Record<string, string>, skips?: string | undefined }>} command skips: why some will be
 * @param {(report: any) => Counts} count
 */
async function suite(title, name, command, count) {
  const file = path.join(reports, `${name}.json`)
  rmSync(file, { force: true })
  /** @type {unknown} */
  let failure
  try {
    await task(title, async (note) => {
      const { argv, env, skips } = await command()
      await run(argv, env).catch((error) => {
        failure = error
      })
      const counted = count(JSON.parse(readFileSync(file, 'utf8')))
      total.passed += counted.passed
      total.failed += counted.failed
      total.skipped += counted.skipped
      const reasons = [...(skips === undefined ? [] : [skips]), ...(counted.reasons ?? [])]
      const why = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`
      note(`${counted.passed} passed, ${counted.failed} failed, ${counted.skipped} skipped${why}`)
      unsteady.push(...(counted.unsteady ?? []))
      // A runner that failed without a failed test had a fault outside of them, and that is one too.
      if (failure && counted.failed === 0) total.failed++
      if (counted.passed + counted.failed === 0) throw new PlainError(`${title}: no test ran`)
    })
  } catch (error) {
    total.failed++
    printFailure(error)
  }
  if (failure) printFailure(failure)
}

/**
 * Other processes of a small machine may hold up one test of a thousand; what fails twice in a row is wrong. Who passed only at the
 * second try is named.
 * @param {string} project @param {number} retries
 */
function vitest(project, retries) {
  return async () => ({
    argv: [
      bin('vitest/vitest.mjs'),
      'run',
      '--project',
      project,
      `--retry=${retries}`,
      '--reporter=default',
      '--reporter=./tools/closing-line.ts',
    ],
    env: { HEDDLE_COUNTS: path.join(reports, `${project}.json`) },
  })
}

/**
 * A program of ours that writes its counts to a file.
 * @param {string} name @param {string[]} argv
 */
function report(name, argv) {
  return async () => ({ argv: [...argv, '--json', path.join(reports, `${name}.json`)], env: {} })
}

/** @typedef {{ passed: number, failed: number, skipped: number, reasons?: string[], unsteady?: string[] }} Counts reasons: of what was skipped */

/** @param {Counts} report @returns {Counts} */
function countOwn({ passed, failed, skipped, reasons = [], unsteady = [] }) {
  return { passed, failed, skipped, reasons, unsteady }
}

/** @typedef {{ title: string, specs?: { title: string, tests: { status: string }[] }[], suites?: PlaywrightSuite[] }} PlaywrightSuite */

/**
 * @param {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number }, errors: unknown[], suites: PlaywrightSuite[] }} report
 * @returns {Counts}
 */
function countPlaywright({ stats, errors, suites }) {
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
    unsteady: suites.flatMap(flakyOf),
  }
}

/** @param {PlaywrightSuite} suite @returns {string[]} */
function flakyOf({ title, specs = [], suites = [] }) {
  const own = specs.filter(({ tests }) => tests.some(({ status }) => status === 'flaky'))
  return [...own.map((spec) => `${title} > ${spec.title}`), ...suites.flatMap(flakyOf)]
}

/** @param {string[]} argv @param {Record<string, string>} env */
function run(argv, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, argv, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...env,
        PATH: `${path.join(root, 'node_modules/.bin')}:${process.env.PATH}`,
        NO_COLOR: '1',
      },
    })
    let output = ''
    const keep = (/** @type {Buffer} */ part) => {
      output = (output + part.toString()).slice(-60_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(undefined) : reject(new PlainError(output.trimEnd()))))
  })
}
