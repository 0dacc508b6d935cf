import type { AllWorkers } from '../admin/admin-sources.ts'
import type { ClusterStatus } from '../admin/cluster-status.ts'
import { mergeClusterStatuses } from '../admin/cluster-status.ts'
import { mergeStats } from '../admin/merge-stats.ts'
import type { Stat } from '../admin/stat.ts'
import { sumPrometheus } from './sum-prometheus.ts'
import type { WorkerDuties, WorkerLink } from './worker-link.ts'

/** `own` is this worker; without a link there is no other. */
export function allWorkers(own: WorkerDuties, link: WorkerLink | undefined): AllWorkers {
  const others = async (question: 'stats' | 'clusters' | 'metrics') => (await link?.askOthers({ kind: question })) ?? []
  return {
    count: link?.count ?? 1,
    async stats() {
      const [mine, texts] = await Promise.all([own.stats(), others('stats')])
      return texts.length === 0 ? mine : mergeStats([mine, ...texts.map(read<readonly Stat[]>)])
    },
    async clusters() {
      const [mine, texts] = await Promise.all([own.clusters(), others('clusters')])
      return mergeClusterStatuses([mine, ...texts.map(read<readonly ClusterStatus[]>)])
    },
    async metrics() {
      const [mine, texts] = await Promise.all([own.metrics(), others('metrics')])
      return texts.length === 0 ? mine : sumPrometheus([mine, ...texts])
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
  }
}

/** Written by the same program in the process beside this one. */
function read<Value>(text: string): Value {
  return JSON.parse(text) as Value
}
