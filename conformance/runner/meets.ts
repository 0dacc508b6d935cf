import type { SeenFields } from './outcome.ts'
import type { ExpectedFields, ExpectedText } from './scenario-expected.ts'

/** Notes what is not as expected, and where. */
export type Fault = (place: string, wanted: unknown, came: unknown) => void

/** A list expects every line of the name, in order; `true` any value, `null` or `false` none. */
export function judgeFields(fields: SeenFields, wanted: ExpectedFields | undefined, place: string, fault: Fault): void {
  for (const [name, text] of Object.entries(wanted ?? {})) {
    const lines = fields.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value)
    if (Array.isArray(text)) {
      if (JSON.stringify(lines) !== JSON.stringify(text)) fault(`${place} ${name}`, text, lines)
    } else if (text === null || text === false) {
      if (lines.length > 0) fault(`${place} ${name}`, 'none', lines)
    } else if (text === true) {
      if (lines.length === 0) fault(`${place} ${name}`, 'any', lines)
    } else if (lines.length !== 1 || !meets(lines[0], text)) fault(`${place} ${name}`, text, lines)
  }
}

/** Whether a value is what a scenario expects. */
export function meets(came: unknown, wanted: ExpectedText): boolean {
  if (typeof wanted !== 'object' || wanted === null) return came === wanted
  if ('matches' in wanted) return new RegExp(wanted.matches).test(String(came))
  if ('contains' in wanted) return String(came).includes(wanted.contains)
  if ('length' in wanted) return String(came).length === wanted.length
  const [low, high] = wanted.between
  return Number(came) >= low && Number(came) <= high
}
