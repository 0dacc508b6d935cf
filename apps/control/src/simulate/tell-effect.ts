import type { EdgeEffect } from '@heddle/shared/api/simulate'
import { effectWords } from './effect-words.ts'

/** The effect in one sentence. */
export function sentenceOf(edges: readonly EdgeEffect[], records: number): string {
  if (records === 0) return 'No request was recorded in this time, so nothing can be rehearsed.'
  const changed = edges.filter((edge) => effectWords.some(([kind]) => edge[kind] > 0))
  const [only] = changed
  if (only === undefined) return `Would change none of ${edges.length} edges.`
  const total = changed.reduce((sum, { requests }) => sum + requests, 0)
  const parts = effectWords.flatMap(([kind, words]) => {
    const count = changed.reduce((sum, edge) => sum + edge[kind], 0)
    return count === 0 ? [] : [`${percent(count / total)} of ${total.toLocaleString('en')} requests ${words}`]
  })
  const where = changed.length === 1 ? ` (${only.source} → ${only.target})` : ''
  return `Would change ${changed.length} of ${edges.length} edges${where}: ${parts.join(', ')}.`
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}
