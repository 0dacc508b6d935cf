import type { Finding } from '@heddle/shared/api/problem'

/**
 * Findings that a change brings: those of the configuration after it that were not there before.
 *
 * A service that left the catalog makes old policies wrong. That must be seen, and must not keep unrelated changes from
 * being made.
 */
export function introducedFindings(before: readonly Finding[], after: readonly Finding[]): Finding[] {
  const known = new Set(before.map(keyOf))
  return after.filter((finding) => !known.has(keyOf(finding)))
}

/** The message belongs to it: a reference to one missing service may become one to another. */
function keyOf({ code, object, path, message }: Finding): string {
  return JSON.stringify([code, object, path, message])
}
