// `npm run conformance`: every scenario of `conformance/scenarios` against our proxy and a real Envoy, from the same
// bootstrap. Prints scenario × side, what differs and why, and ends in "N passed, N failed, N skipped".
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { readArguments } from '../tools/read-arguments.ts'
import { readBootstrapCases } from './runner/bootstrap-case.ts'
import { buildProxy } from './runner/build-proxy.ts'
import { envoySide } from './runner/envoy-side.ts'
import { heddleSide } from './runner/heddle-side.ts'
import { makeCertificates } from './runner/make-certificates.ts'
import { readScenarios } from './runner/read-scenarios.ts'
import { countMarks, renderBootstraps, renderReport } from './runner/render-report.ts'
import { runSide, type SideResults } from './runner/run-side.ts'
import type { Scenario } from './runner/scenario.ts'
import type { Side } from './runner/side.ts'
import { temporaryFolder } from './runner/temporary-folder.ts'
import { validateBootstraps } from './runner/validate-bootstraps.ts'
import { type Seen, type Verdict, verdictOf } from './runner/verdict.ts'

const { values } = readArguments({
  options: {
    only: { type: 'string' },
    filter: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    source: { type: 'boolean', default: false },
    brief: { type: 'boolean', default: false },
    show: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    retry: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(`npm run conformance -- [options]
  --only heddle|envoy  one side only
  --filter TEXT        scenarios whose id, topic or name has it, or which cover the row (P7); may be repeated;
                       "bootstraps" for the bootstrap files
  --source             our proxy from its sources, without a build
  --brief              only what is wrong
  --show               print everything that was seen
  --json FILE          write verdicts and outcomes
  --keep               keep the bootstraps and logs, and say where
  --retry              what failed is run once more with nothing beside it; what passes then is named as unsteady

  ENVOY_BIN            the Envoy to compare with; without it, the one on the path`)
  process.exit(0)
}

const { only, filter } = values
if (only !== undefined && only !== 'heddle' && only !== 'envoy') {
  console.error('--only is heddle or envoy')
  process.exit(2)
}
const isWanted = (text: string) => filter.length === 0 || filter.some((part) => text.includes(part))
const wanted = readScenarios().filter(({ id, topic, name, covers }) =>
  isWanted(`${id} ${topic} ${name} ${covers.map((row) => `(${row})`).join('')}`),
)
const wantedBootstraps = readBootstrapCases().filter(({ name }) => isWanted(`bootstraps ${name}`))
if (wanted.length + wantedBootstraps.length === 0) {
  console.error('no scenario has that in its name')
  process.exit(2)
}
if (!values.source && only !== 'envoy') buildProxy()
const envoy = only === 'heddle' ? undefined : envoySide()
const folder = temporaryFolder('heddle-conformance-', values.keep)
try {
  await makeCertificates(path.join(folder, 'certificates'))
  const [ours, theirs] = await bothSides(wanted, folder)
  const bootstraps = await validateBootstraps(
    [heddleSide(values.source), ...(envoy ? [envoy] : [])].filter(({ name }) => only === undefined || only === name),
    folder,
    wantedBootstraps,
  )
  const first = wanted.map((scenario) => verdictOf(scenario, ours(scenario), theirs(scenario)))
  const verdicts = values.retry ? await confirmed(first) : first
  const unsteady = first.filter((verdict, index) => verdicts[index] !== verdict && verdicts[index]?.faults.length === 0)
  for (const { scenario, faults } of unsteady) console.log(`passed at the second try: ${scenario.id}: ${faults[0]}`)
  console.log(renderReport(verdicts, values.brief))
  console.log(renderBootstraps(bootstraps, values.brief))
  if (values.show) show(verdicts, ours, theirs)
  const total = countMarks([...verdicts, ...bootstraps])
  const named = unsteady.map(({ scenario, faults }) => `${scenario.id}: ${faults[0]}`)
  if (values.json !== undefined) writeJson(values.json, verdicts, ours, theirs, { ...total, unsteady: named })
  if (verdicts.some(({ envoy }) => envoy === 'missing')) console.log(`\nEnvoy is missing: ${envoy?.missing}`)
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  process.exitCode = total.failed > 0 ? 1 : 0
} finally {
  if (values.keep) console.log(`bootstraps and logs: ${folder}`)
}

async function bothSides(scenarios: readonly Scenario[], within: string): Promise<readonly [SeenOf, SeenOf]> {
  return Promise.all([
    results(heddleSide(values.source), scenarios, within),
    envoy ? results(envoy, scenarios, within) : () => 'left out' as const,
  ])
}

async function results(side: Side, scenarios: readonly Scenario[], within: string): Promise<SeenOf> {
  if (only !== undefined && only !== side.name) return () => 'left out'
  if (side.missing !== undefined) return () => 'missing'
  const seen: SideResults = await runSide(side, scenarios, within)
  return (scenario) => seen.get(scenario) ?? { failure: 'was not run' }
}

/** On a busy machine something may come too late on one side; what is wrong is wrong again. */
async function confirmed(verdicts: readonly Verdict[]): Promise<readonly Verdict[]> {
  const failed = verdicts.filter(({ faults }) => faults.length > 0).map(({ scenario }) => scenario)
  if (failed.length === 0) return verdicts
  const within = path.join(folder, 'again')
  await makeCertificates(path.join(within, 'certificates'))
  const [ours, theirs] = await bothSides(failed, within)
  return verdicts.map((verdict) =>
    failed.includes(verdict.scenario)
      ? verdictOf(verdict.scenario, ours(verdict.scenario), theirs(verdict.scenario))
      : verdict,
  )
}

function clip(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.length > 400 ? `${value.slice(0, 400)}… (${value.length})` : value
}

type SeenOf = (scenario: Scenario) => Seen

function show(verdicts: readonly Verdict[], ours: SeenOf, theirs: SeenOf): void {
  for (const { scenario } of verdicts) {
    console.log(`\n── ${scenario.id}: ${scenario.name}`)
    for (const [name, seen] of [
      ['heddle', ours(scenario)],
      ['envoy', theirs(scenario)],
    ] as const) {
      console.log(name, JSON.stringify(seen, clip))
    }
  }
}

function writeJson(file: string, verdicts: readonly Verdict[], ours: SeenOf, theirs: SeenOf, total: object): void {
  const rows = verdicts.map(({ scenario, ...marks }) => ({
    id: scenario.id,
    topic: scenario.topic,
    name: scenario.name,
    covers: scenario.covers,
    ...marks,
    outcomes: { heddle: ours(scenario), envoy: theirs(scenario) },
  }))
  writeFileSync(file, `${JSON.stringify({ ...total, scenarios: rows }, null, 1)}\n`)
}
