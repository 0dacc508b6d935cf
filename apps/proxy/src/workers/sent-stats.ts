import type { NumberStat, Stat, StatScope } from '../admin/stat.ts'

/** Statistics as workers tell them to each other: what many have in common is told once, and nothing of an empty histogram. */
export type SentStats = readonly (readonly [prefix: string, metric: string, labels: StatScope['labels'], SentStat[]])[]

type SentStat =
  | readonly [kind: NumberStat['kind'], name: string, value: number, merge: NumberStat['merge'], isLabelled?: true]
  | readonly [kind: 'histogram', name: string, sum: number, counts: readonly number[]]
  | readonly [kind: 'text', name: string, value: string]

/** Those that stand together and have one scope become one entry. */
export function sentStats(stats: readonly Stat[]): SentStats {
  const sent: [string, string, StatScope['labels'], SentStat[]][] = []
  let scope: StatScope | undefined
  for (const stat of stats) {
    if (stat.scope !== scope) {
      scope = stat.scope
      sent.push([scope.prefix, scope.metric, scope.labels, []])
    }
    sent.at(-1)?.[3].push(sentStat(stat))
  }
  return sent
}

function sentStat(stat: Stat): SentStat {
  const { name } = stat
  if (stat.kind === 'text') return ['text', name, stat.value]
  if (stat.kind === 'histogram') {
    const { counts } = stat
    return ['histogram', name, stat.sum, counts.every((count) => count === 0) ? [counts.length] : counts]
  }
  const { kind, value, merge, isLabelled } = stat
  return isLabelled === true ? [kind, name, value, merge, true] : [kind, name, value, merge]
}

export function receivedStats(sent: SentStats): Stat[] {
  return sent.flatMap(([prefix, metric, labels, stats]) => {
    const scope = { prefix, metric, labels }
    return stats.map((stat) => receivedStat(scope, stat))
  })
}

function receivedStat(scope: StatScope, stat: SentStat): Stat {
  switch (stat[0]) {
    case 'text': {
      const [kind, name, value] = stat
      return { kind, scope, name, value }
    }
    case 'histogram': {
      const [kind, name, sum, sentCounts] = stat
      // One number: it is empty, and has so many buckets.
      const counts = sentCounts.length === 1 ? new Array<number>(sentCounts[0] ?? 0).fill(0) : sentCounts
      return { kind, scope, name, sum, counts }
    }
    case 'counter':
    case 'gauge': {
      const [kind, name, value, merge, isLabelled] = stat
      return { kind, scope, name, value, merge, ...(isLabelled === true ? { isLabelled } : {}) }
    }
  }
}
