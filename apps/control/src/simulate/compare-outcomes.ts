import type { Outcome, OutcomeEnd } from '@heddle/engine/explain/possible-outcomes'

/** What differs for one request between two configurations, as shares of 0 to 1: a draw may decide. */
export type OutcomeDifference = {
  readonly newlyDenied: number
  readonly newlyAllowed: number
  readonly aborted: number
  readonly delayed: number
  readonly rerouted: number
  /** It took longer than its route would let it. */
  readonly newlyTimedOut: number
  /** Timeout, retry, rewrite or header settings of its route. */
  readonly isOtherwiseChanged: boolean
}

/** What rate limits refuse is another question: it depends on what came before (`rehearse-limits.ts`). */
export function compareOutcomes(
  before: readonly Outcome[],
  after: readonly Outcome[],
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
    rerouted: distance(places(before), places(after)),
    newlyTimedOut: more(shareOf(({ end }) => isTooLong(end, durationMs))),
    isOtherwiseChanged: differs(settings(before), settings(after)),
  }
}

function shareOf(holds: (outcome: Outcome) => boolean): (outcomes: readonly Outcome[]) => number {
  return (outcomes) => outcomes.filter(holds).reduce((sum, { share }) => sum + share, 0)
}

/** Where requests go that are neither denied nor aborted, as shares of these. */
function places(outcomes: readonly Outcome[]): Map<string, number> {
  const found = new Map<string, number>()
  let total = 0
  for (const { share, end } of outcomes) {
    const place = placeOf(end)
    if (place === undefined) continue
    found.set(place, (found.get(place) ?? 0) + share)
    total += share
  }
  for (const [place, share] of found) found.set(place, share / total)
  return found
}

function placeOf(end: OutcomeEnd): string | undefined {
  switch (end.kind) {
    case 'forwarded':
      return end.choice.cluster
    case 'answered':
      return `answered ${end.status}`
    case 'no-route':
      return 'no route'
    case 'denied':
    case 'aborted':
      return undefined
  }
}

/** The share that goes somewhere else: half of what the two distributions differ by. */
function distance(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  if (a.size === 0 || b.size === 0) return 0
  let sum = 0
  for (const place of new Set([...a.keys(), ...b.keys()])) sum += Math.abs((a.get(place) ?? 0) - (b.get(place) ?? 0))
  return sum < 1e-9 ? 0 : sum / 2
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
