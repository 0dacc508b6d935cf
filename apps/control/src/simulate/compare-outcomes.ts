import type { Outcome, OutcomeEnd } from '@heddle/engine/explain/possible-outcomes'
import { distance, type Places } from './request-places.ts'

/** What differs for one request between two configurations, as shares of 0 to 1: a draw may decide. */
export type OutcomeDifference = {
  readonly newlyDenied: number
  readonly newlyAllowed: number
  readonly aborted: number
  readonly delayed: number
  /** Answered by another version or service. */
  readonly rerouted: number
  /** Who answers it: told where that is another. */
  readonly places: { readonly before: Places; readonly after: Places }
  /** It took longer than its route would let it. */
  readonly newlyTimedOut: number
  /** Timeout, retry, rewrite or header settings of its route. */
  readonly isOtherwiseChanged: boolean
}

/** What rate limits refuse is another question: it depends on what came before (`rehearse-limits.ts`). */
export function compareOutcomes(
  before: readonly Outcome[],
  after: readonly Outcome[],
  places: OutcomeDifference['places'],
  durationMs: number,
): OutcomeDifference {
  const more = (share: (outcomes: readonly Outcome[]) => number) => Math.max(0, share(after) - share(before))
  const less = (share: (outcomes: readonly Outcome[]) => number) => Math.max(0, share(before) - share(after))
  const denied = shareOf(({ end }) => end.kind === 'denied')
  return {
    newlyDenied: more(denied),
    newlyAllowed: less(denied),
    aborted: more(shareOf(({ end }) => end.kind === 'aborted')),
    delayed: more(shareOf(({ delayMs }) => delayMs > 0)),
    rerouted: distance(places.before, places.after),
    places,
    newlyTimedOut: more(shareOf(({ end }) => isTooLong(end, durationMs))),
    isOtherwiseChanged: differs(settings(before), settings(after)),
  }
}

function shareOf(holds: (outcome: Outcome) => boolean): (outcomes: readonly Outcome[]) => number {
  return (outcomes) => outcomes.filter(holds).reduce((sum, { share }) => sum + share, 0)
}

/** Whether what took so long would meet the limit of the whole request, or of a try: the next one would take as long. */
function isTooLong(end: OutcomeEnd, durationMs: number): boolean {
  if (end.kind !== 'forwarded' || end.route.action.kind !== 'forward') return false
  const { timeoutMs, perTryTimeoutMs } = end.route.action
  return [timeoutMs, perTryTimeoutMs].some((limitMs) => limitMs > 0 && durationMs > limitMs)
}

/** What is not forwarded any more has no settings, and is told by what becomes of it. */
function differs(before: string, after: string): boolean {
  return before !== '' && after !== '' && before !== after
}

/** How the routes treat what they forward, apart from where to and how much. */
function settings(outcomes: readonly Outcome[]): string {
  const routes = outcomes.flatMap(({ end }) => {
    if (end.kind !== 'forwarded' || end.route.action.kind !== 'forward') return []
    // Where to, and what is limited, is compared by itself.
    const { target: _where, rateLimits: _limits, ...how } = end.route.action
    return [JSON.stringify([how, end.choice.hostRewrite, end.choice.requestEdits], plain)]
  })
  return [...new Set(routes)].sort().join('\n')
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Map || value instanceof Set) return [...value]
  return typeof value === 'function' ? undefined : value
}
