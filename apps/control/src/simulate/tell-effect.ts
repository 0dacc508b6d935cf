import type { EdgeEffect } from '@heddle/shared/api/simulate'

const kinds = [
  ['newlyDenied', 'would be denied'],
  ['newlyAllowed', 'would be allowed'],
  ['faulted', 'would be answered by the fault'],
  ['delayed', 'would be delayed'],
  ['rerouted', 'would go elsewhere'],
  ['newlyLimited', 'would be over a rate limit'],
  ['noLongerLimited', 'would be within their rate limit'],
  ['otherwiseChanged', 'would meet other settings'],
] as const satisfies readonly (readonly [keyof EdgeEffect, string])[]

/** The effect in one sentence. */
export function sentenceOf(edges: readonly EdgeEffect[], records: number): string {
  if (records === 0) return 'No request was recorded in this time, so nothing can be rehearsed.'
  const changed = edges.filter((edge) => kinds.some(([kind]) => edge[kind] > 0))
  const [only] = changed
  if (only === undefined) return `Would change none of ${edges.length} edges.`
  const total = changed.reduce((sum, { requests }) => sum + requests, 0)
  const parts = kinds.flatMap(([kind, words]) => {
    const count = changed.reduce((sum, edge) => sum + edge[kind], 0)
    return count === 0 ? [] : [`${percent(count / total)} of ${total.toLocaleString('en')} requests ${words}`]
  })
  const where = changed.length === 1 ? ` (${only.source} → ${only.target})` : ''
  return `Would change ${changed.length} of ${edges.length} edges${where}: ${parts.join(', ')}.`
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}
