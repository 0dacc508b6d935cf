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
  return `Would change ${changed.length} of ${edges.length} edges${where}: ${parts.join(', ')}.${placesOf(changed)}`
}

/** Where there is one edge, whose requests go otherwise than now, who answers them now and then. */
function placesOf(changed: readonly EdgeEffect[]): string {
  const rerouted = changed.filter(({ places }) => places.length > 0)
  const [only] = rerouted
  if (only === undefined || rerouted.length > 1) return ''
  const [before, after] = (['before', 'after'] as const).map((when) =>
    only.places.reduce((sum, place) => sum + place[when], 0),
  )
  const share = (count: number, of = 0) => percent(of === 0 ? 0 : count / of)
  const parts = only.places.map(
    (place) => `${place.name} ${share(place.before, before)} → ${share(place.after, after)}`,
  )
  return ` ${parts.join(', ')}.`
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}
