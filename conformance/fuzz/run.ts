// `npm run fuzz -- --seconds 60`: feeds every decoder with inputs near its grammar. Kept inputs come first; one that breaks
// a promise is kept under `conformance/fuzz/corpus` and ends the run with 1.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readArguments } from '../../tools/read-arguments.ts'
import { adsSession } from './ads-session.ts'
import { bootstrap } from './bootstrap.ts'
import { chunks } from './chunks.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { hpack } from './hpack.ts'
import { http1Requests } from './http1-requests.ts'
import { http1Responses } from './http1-responses.ts'
import { http2 } from './http2.ts'
import { Random } from './random.ts'
import { resources } from './resources.ts'
import { wire } from './wire.ts'

const targets: readonly FuzzTarget[] = [
  http1Requests,
  http1Responses,
  chunks,
  hpack,
  http2,
  bootstrap,
  resources,
  adsSession,
  wire,
]
const corpus = path.join(import.meta.dirname, 'corpus')
/** An input that keeps the processor busy for longer is as bad as one that is misread. A busy machine is not its fault. */
const inputMsMax = 1000

const { values } = readArguments({
  options: {
    seconds: { type: 'string', default: '10' },
    only: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(`npm run fuzz -- [options]
  --seconds N   for all targets together (10)
  --only NAME   ${targets.map(({ name }) => name).join(', ')}; may be repeated
  --seed N      the same inputs again
  --json FILE   write the counts`)
  process.exit(0)
}

const wanted = targets.filter(({ name }) => values.only.length === 0 || values.only.includes(name))
const seed = values.seed === undefined ? Date.now() % 2 ** 32 : Number(values.seed)
const shareMs = (Number(values.seconds) * 1000) / wanted.length
let failed = 0
console.log(`seed ${seed}`)
for (const target of wanted) {
  failed += (await fuzz(target)) ? 0 : 1
  await target.close?.()
}
const total = { passed: wanted.length - failed, failed, skipped: 0 }
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(total)}\n`)
console.log(`\n${total.passed} passed, ${total.failed} failed, 0 skipped`)
process.exit(failed > 0 ? 1 : 0)

async function fuzz(target: FuzzTarget): Promise<boolean> {
  const random = new Random(seed)
  const known = [...kept(target.name), ...target.seeds]
  for (const input of known) if (!(await holds(target, input))) return false
  const end = performance.now() + shareMs
  let count = 0
  while (performance.now() < end) {
    const input = target.generate(random, known)
    count++
    if (!(await holds(target, input))) return false
  }
  console.log(`${target.name}: ${known.length} kept and ${count} new inputs`)
  return true
}

async function holds(target: FuzzTarget, input: Buffer): Promise<boolean> {
  const before = process.threadCpuUsage()
  let fault: string | undefined
  try {
    fault = await target.check(input)
  } catch (error) {
    fault = error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  const { user, system } = process.threadCpuUsage(before)
  const ms = (user + system) / 1000
  if (fault === undefined && ms > inputMsMax) fault = `took ${ms.toFixed(0)} ms`
  if (fault === undefined) return true
  const folder = path.join(corpus, target.name)
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, createHash('sha1').update(input).digest('hex').slice(0, 16))
  writeFileSync(file, input)
  console.log(`${target.name}: ${fault}\n  input kept as ${path.relative(process.cwd(), file)}`)
  console.log(`  ${JSON.stringify(input.toString('latin1')).slice(0, 1000)}`)
  return false
}

function kept(name: string): Buffer[] {
  const folder = path.join(corpus, name)
  try {
    return readdirSync(folder).map((file) => readFileSync(path.join(folder, file)))
  } catch {
    return []
  }
}
