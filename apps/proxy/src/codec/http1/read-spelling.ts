import type { FieldCase } from '../../config/field-case.ts'
import type { Spelling } from '../../message/spelling.ts'

/**
 * How the names in a head are written. `text` has been read, so that every line is a field; those begin at `from`, and what a
 * status line says for people ends there.
 */
export function readSpelling(
  text: string,
  from: number,
  { adds, forwardsReason }: Extract<FieldCase, { kind: 'kept' }>,
): Spelling {
  const names = new Map<string, string>()
  for (let at = from; at < text.length; ) {
    const name = text.slice(at, text.indexOf(':', at))
    const lower = name.toLowerCase()
    if (!names.has(lower)) names.set(lower, name)
    at = text.indexOf('\n', at) + 1
  }
  const reason = forwardsReason ? text.slice('HTTP/1.1 200 '.length, from - 2).trim() : ''
  return { names, others: adds, reason }
}
