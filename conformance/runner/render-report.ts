import type { BootstrapVerdict } from './validate-bootstraps.ts'
import type { Mark, Verdict } from './verdict.ts'

const signs: Readonly<Record<Mark, string>> = {
  pass: 'pass',
  differs: 'differs',
  fail: 'FAIL',
  missing: 'missing',
  'left out': '-',
}

/** One line a scenario under its topic; below it what is wrong, or why Envoy may differ. */
export function renderReport(verdicts: readonly Verdict[], isBrief: boolean): string {
  const lines: string[] = []
  let topic = ''
  for (const { scenario, heddle, envoy, faults } of verdicts) {
    const isPlain = faults.length === 0 && envoy !== 'differs'
    if (isBrief && faults.length === 0) continue
    if (scenario.topic !== topic) {
      topic = scenario.topic
      lines.push('', topic, `  ${'heddle'.padEnd(8)}${'envoy'.padEnd(8)}`)
    }
    lines.push(`  ${signs[heddle].padEnd(8)}${signs[envoy].padEnd(8)} ${scenario.name}  (${scenario.id})`)
    if (isPlain) continue
    if (faults.length > 0) lines.push(...faults.map((each) => `                     ✕ ${each}`))
    else if (scenario.differs) {
      lines.push(`                     because ${scenario.differs.reason} (${scenario.differs.standard})`)
    }
  }
  return lines.join('\n')
}

/** The same of bootstrap files: which of the two takes them. */
export function renderBootstraps(verdicts: readonly BootstrapVerdict[], isBrief: boolean): string {
  const shown = verdicts.filter(({ faults }) => !isBrief || faults.length > 0)
  if (shown.length === 0) return ''
  const lines = shown.flatMap(({ name, heddle, envoy, faults, reason }) => [
    `  ${signs[heddle].padEnd(8)}${signs[envoy].padEnd(8)} ${name}`,
    ...faults.map((each) => `                     ✕ ${each}`),
    ...(faults.length === 0 && reason !== undefined ? [`                     because ${reason}`] : []),
  ])
  return ['', 'Bootstrap files', `  ${'heddle'.padEnd(8)}${'envoy'.padEnd(8)}`, ...lines].join('\n')
}

type Marks = { readonly heddle: Mark; readonly envoy: Mark }

export function countMarks(verdicts: readonly Marks[]): { passed: number; failed: number; skipped: number } {
  const marks = verdicts.flatMap(({ heddle, envoy }) => [heddle, envoy])
  const count = (...wanted: Mark[]) => marks.filter((each) => wanted.includes(each)).length
  return { passed: count('pass', 'differs'), failed: count('fail'), skipped: count('missing') }
}
