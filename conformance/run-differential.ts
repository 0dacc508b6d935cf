// `npm run conformance:differential -- --seed 1 --cases 500`: makes configurations and requests out of a seed, runs them on our
// proxy and on a real Envoy, and shows where these differ, each in its smallest form. Ends in "N passed, N failed, N skipped".
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { readArguments } from '../tools/read-arguments.ts'
import { Draw } from './differential/draw.ts'
import { findDifferences } from './differential/find-differences.ts'
import { type CaseKind, caseKindNames, drawKind, generateScenario } from './differential/generate-scenario.ts'
import { type Divergence, type Judge, shrinkScenarios, signatureOf } from './differential/shrink-scenarios.ts'
import { buildProxy } from './runner/build-proxy.ts'
import { envoySide } from './runner/envoy-side.ts'
import { heddleSide } from './runner/heddle-side.ts'
import { makeCertificates } from './runner/make-certificates.ts'
import type { Json } from './runner/scenario-values.ts'
import { temporaryFolder } from './runner/temporary-folder.ts'

const { values } = readArguments({
  options: {
    seed: { type: 'string' },
    cases: { type: 'string', default: '200' },
    kind: { type: 'string' },
    requests: { type: 'string', default: '3' },
    shrink: { type: 'string', default: '10' },
    source: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(`npm run conformance:differential -- [options]
  --seed N       the same cases again
  --cases N      how many listeners, each with a configuration of its own (200)
  --kind NAME    only such: ${caseKindNames.join(', ')}
  --requests N   how many requests each of them gets (3)
  --shrink N     how many of those that differ are made small and printed (10)
  --source       our proxy from its sources, without a build
  --json FILE    write the counts`)
  process.exit(0)
}

const seed = values.seed === undefined ? Date.now() % 2 ** 32 : Number(values.seed)
const draw = new Draw(seed)
const only = caseKindNames.find((name) => name === values.kind)
if (values.kind !== undefined && only === undefined) throw new Error(`--kind: "${values.kind}" is none of them`)
const kinds = new Map<Json, CaseKind>()
const raws = Array.from({ length: Number(values.cases) }, (_, index) => {
  const kind = only ?? drawKind(draw)
  const raw = generateScenario(draw, kind, `case ${index} of seed ${seed}, ${kind}`, Number(values.requests))
  kinds.set(raw, kind)
  return raw
})
if (!values.source) buildProxy()
const envoy = envoySide()
const folder = temporaryFolder('heddle-differential-')
console.log(`seed ${seed}`)
// Every bootstrap may name them.
await makeCertificates(path.join(folder, 'certificates'))
const sides = [heddleSide(values.source), envoy.missing === undefined ? envoy : undefined] as const
const judge: Judge = (some) => findDifferences(some, sides, folder)
// They count as passed, since both sides agree, but nothing was compared.
const refused = new Map<Json, string>()
const first: Judge = (some) =>
  findDifferences(some, sides, folder, (raw, why) => {
    refused.set(raw, why)
  })
const found = await confirmed(await differing(raws, first), judge)
for (const [raw, why] of refused) console.log(`refused by both: ${String(raw.name)}: ${why}`)
if (found.length > 0) await report(found, judge)
const skipped = envoy.missing === undefined ? 0 : raws.length
const total = { passed: raws.length - found.length, failed: found.length, skipped }
const reasons = envoy.missing === undefined ? [] : [`Envoy is missing: ${envoy.missing}`]
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ ...total, reasons })}\n`)
for (const kind of caseKindNames.filter((each) => countOf(each, raws) > 0)) {
  const differ = countOf(
    kind,
    found.map(({ raw }) => raw),
  )
  const none = countOf(kind, [...refused.keys()])
  console.log(`${kind}: ${countOf(kind, raws)} cases, ${differ} differ${none > 0 ? `, ${none} refused by both` : ''}`)
}
for (const reason of reasons) console.log(`nothing was compared. ${reason}`)
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed > 0 ? 1 : 0

function countOf(kind: CaseKind, some: readonly Json[]): number {
  return some.filter((raw) => kinds.get(raw) === kind).length
}

async function differing(some: readonly Json[], judge: Judge): Promise<Divergence[]> {
  const all = await judge(some)
  return some.flatMap((raw, index) => (all[index]?.length ? [{ raw, lines: all[index] }] : []))
}

/** On a busy machine something may come too late on one side; what is a difference is there again. */
function confirmed(found: readonly Divergence[], judge: Judge): Promise<Divergence[]> | readonly Divergence[] {
  return found.length === 0
    ? found
    : differing(
        found.map(({ raw }) => raw),
        judge,
      )
}

async function report(found: readonly Divergence[], judge: Judge): Promise<void> {
  const groups = new Map<string, Divergence[]>()
  for (const each of found) {
    const signature = signatureOf(each.lines)
    groups.set(signature, [...(groups.get(signature) ?? []), each])
  }
  for (const group of groups.values())
    console.log(`${group.length} × ${group[0]?.lines[0]} (${String(group[0]?.raw.name)})`)
  // One of each kind before a second of any. What is refused says why itself.
  const picked = [...groups]
    .flatMap(([signature, group]) => (signature === 'refused' ? [] : group.slice(0, 2)))
    .slice(0, Number(values.shrink))
  for (const { raw, lines } of await shrinkScenarios(picked, judge)) {
    console.log(`\n── ${String(raw.name)}\n${lines.slice(0, 12).join('\n')}\n${stringify(raw)}`)
  }
}
