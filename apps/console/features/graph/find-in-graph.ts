import type { Graph, Signals } from '@heddle/shared/api/graph'
import { shortName } from './selection.ts'

export type Finding = { readonly ids: ReadonlySet<string>; readonly problem: string | undefined }

const fields: Readonly<Record<string, (signals: Signals) => number | undefined>> = {
  err: ({ errorShare }) => errorShare * 100,
  denied: ({ deniedShare }) => deniedShare * 100,
  fault: ({ injectedShare }) => injectedShare * 100,
  rps: ({ requestsPerSecond }) => requestsPerSecond,
  p50: ({ p50Ms }) => p50Ms,
  p95: ({ p95Ms }) => p95Ms,
  p99: ({ p99Ms }) => p99Ms,
}

/**
 * What a search finds: words are parts of names; `err > 1`, `rps >= 5` and the like compare numbers (shares in percent,
 * times in milliseconds). Several terms must all hold. Undefined for an empty search.
 */
export function findInGraph({ nodes, edges }: Graph, text: string): Finding | undefined {
  const terms = text
    .trim()
    .toLowerCase()
    .match(/[a-z0-9]+\s*(?:>=|<=|>|<)\s*[\d.]+|\S+/g)
  if (terms === null) return undefined
  const tests: ((name: string, signals: Signals) => boolean)[] = []
  for (const term of terms) {
    if (term === 'and') continue
    const comparison = /^([a-z0-9]+)\s*(>=|<=|>|<)\s*(\d+(?:\.\d+)?)$/.exec(term)
    if (comparison === null) {
      tests.push((name) => name.includes(term))
      continue
    }
    const [, field = '', operator = '', limit = ''] = comparison
    const read = fields[field]
    if (read === undefined) {
      return { ids: new Set(), problem: `${field} is not measured; there are ${Object.keys(fields).join(', ')}` }
    }
    tests.push((_name, signals) => compare(read(signals), operator, Number(limit)))
  }
  const holds = (name: string, signals: Signals) => tests.every((test) => test(name, signals))
  const ids = new Set<string>()
  for (const { id, name, namespace, signals } of nodes) if (holds(`${namespace}/${name}`, signals)) ids.add(id)
  for (const { id, source, target, signals } of edges) {
    if (holds(`${shortName(source)} → ${shortName(target)} ${source}>${target}`, signals)) ids.add(id)
  }
  return { ids, problem: undefined }
}

function compare(value: number | undefined, operator: string, limit: number): boolean {
  if (value === undefined) return false
  switch (operator) {
    case '>':
      return value > limit
    case '>=':
      return value >= limit
    case '<':
      return value < limit
    default:
      return value <= limit
  }
}
