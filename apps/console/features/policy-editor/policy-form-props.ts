import type { CatalogService } from '#control/service-queries.ts'
import type { Path, PolicyText } from './policy-text.ts'

/** What the form of a kind gets: values out of the text, and a way to write them into it. */
export type PolicyFormProps = {
  readonly policy: PolicyText
  readonly set: (path: Path, value: unknown) => void
  /** Several values as one edit. */
  readonly setAll: (values: readonly (readonly [Path, unknown])[]) => void
  readonly services: readonly CatalogService[]
  /** What is wrong with a field, by JSON pointer. */
  readonly problemAt: (pointer: string) => string | undefined
}

export function textAt(policy: PolicyText, path: Path): string {
  const value = policy.get(path)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

export function countAt(policy: PolicyText, path: Path): number {
  const value = policy.get(path)
  return Array.isArray(value) ? value.length : 0
}

/** Empty removes the field; a number stays a number. */
export function numberOrNothing(text: string): number | string | undefined {
  if (text.trim() === '') return undefined
  const value = Number(text)
  // What is no number is kept as written, so that the problem can be seen where it is.
  return Number.isFinite(value) ? value : text
}

export function textOrNothing(text: string): string | undefined {
  return text === '' ? undefined : text
}
