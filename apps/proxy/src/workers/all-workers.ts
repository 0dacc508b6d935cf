import type { AllWorkers } from '../admin/admin-sources.ts'
import type { ClusterStatus } from '../admin/cluster-status.ts'
import { mergeClusterStatuses } from '../admin/cluster-status.ts'
import { MergedStats } from '../admin/merge-stats.ts'
import { inSlices } from '../clock/time-slice.ts'
import { receivedStats, type SentStats } from './sent-stats.ts'
import { sumPrometheus } from './sum-prometheus.ts'
import type { WorkerDuties, WorkerLink } from './worker-link.ts'

/** `own` is this worker; without a link there is no other. */
export function allWorkers(own: WorkerDuties, link: WorkerLink | undefined): AllWorkers {
  const isAlone = link === undefined || link.count === 1
  return {
    count: link?.count ?? 1,
    async stats(slice) {
      const mine = await own.stats()
      if (isAlone) return mine
      const merged = new MergedStats()
      for (const part of mine) {
        merged.add(part)
        if (slice.isOver) await slice.next()
      }
      for await (const part of answersOf<SentStats>(link, 'stats')) {
        merged.add(receivedStats(part))
        if (slice.isOver) await slice.next()
      }
      return merged.parts()
    },
    async clusters(slice) {
      const mine = await own.clusters()
      if (isAlone) return mine
      const others = new Map<string, ClusterStatus[]>()
      for await (const status of answersOf<ClusterStatus>(link, 'clusters')) {
        const same = others.get(status.name)
        if (same === undefined) others.set(status.name, [status])
        else same.push(status)
        if (slice.isOver) await slice.next()
      }
      return mergeClusterStatuses(mine, others)
    },
    async metrics(slice) {
      const mine = await own.metrics()
      if (isAlone) return [mine]
      return inSlices(sumPrometheus([mine, ...(await link.askOthers({ kind: 'metrics' }))]), slice)
    },
    async drain(which) {
      own.drain(which)
      await link?.askOthers({ kind: 'drain', which })
    },
    async failHealth(fails) {
      own.failHealth(fails)
      await link?.askOthers({ kind: 'health', fails })
    },
    async setLevel(level) {
      own.setLevel(level)
      await link?.askOthers({ kind: 'level', level })
    },
    async overrideRuntime(changes) {
      await own.runtime.override(changes)
      await link?.askOthers({ kind: 'runtime', layers: own.runtime.pushed })
    },
  }
}

/**
 * What the other workers answer, part by part: all of it as one message would hold up this worker, theirs and the process above them.
 */
async function* answersOf<Part>(link: WorkerLink, of: 'stats' | 'clusters'): AsyncGenerator<Part> {
  const reading = ++lastReading
  for (;;) {
    const texts = await link.askOthers({ kind: 'read', of, reading })
    for (const text of texts) {
      // Written by the same program in the process beside this one.
      if (text !== '') yield* JSON.parse(text) as readonly Part[]
    }
    if (texts.every((text) => text === '')) return
  }
}

/** Begins at another number in a process that takes this one's place: what was left half read is another's. */
let lastReading = Date.now()
