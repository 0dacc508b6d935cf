import type { Revision } from '@heddle/shared/api/revision'

/** Longer before, nobody would ask about it first. */
export const lookedBackMinutes = 15
/** When something began is known to some seconds only, and proxies get a revision before it is written down. */
const toleranceMs = 10_000

/** The newest revision that came at most so long before something began; undefined for none. */
export function changeBefore<Known extends Pick<Revision, 'at'>>(
  revisions: readonly Known[],
  since: string,
): Known | undefined {
  const began = Date.parse(since)
  return revisions
    .filter(({ at }) => {
      const before = began - Date.parse(at)
      return before >= -toleranceMs && before <= lookedBackMinutes * 60_000
    })
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))[0]
}
