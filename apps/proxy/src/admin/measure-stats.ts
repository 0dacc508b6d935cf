import type { ClusterState } from '../cluster/cluster-state.ts'
import { MessageSizes, TimeoutBudgets } from '../counts/measured-tries.ts'
import { type HistogramStat, histogram, type StatScope } from './stat.ts'

/** `track_cluster_stats`: what is measured of tries, where the cluster asks for it. */
export function measureStats(scope: StatScope, { config, totals }: ClusterState): HistogramStat[] {
  return [
    ...(config.measuresBudgets ? budgetStats(scope, totals.budgets ?? new TimeoutBudgets()) : []),
    ...(config.measuresSizes ? sizeStats(scope, totals.sizes ?? new MessageSizes()) : []),
  ]
}

function budgetStats(scope: StatScope, budgets: TimeoutBudgets): HistogramStat[] {
  return [
    histogram(scope, 'upstream_rq_timeout_budget_percent_used', budgets.request),
    histogram(scope, 'upstream_rq_timeout_budget_per_try_percent_used', budgets.attempt),
  ]
}

function sizeStats(scope: StatScope, sizes: MessageSizes): HistogramStat[] {
  return [
    histogram(scope, 'upstream_rq_headers_count', sizes.requestFields),
    histogram(scope, 'upstream_rq_headers_size', sizes.requestHeadBytes),
    histogram(scope, 'upstream_rq_body_size', sizes.requestBodyBytes),
    histogram(scope, 'upstream_rs_headers_count', sizes.answerFields),
    histogram(scope, 'upstream_rs_headers_size', sizes.answerHeadBytes),
    histogram(scope, 'upstream_rs_body_size', sizes.answerBodyBytes),
  ]
}
