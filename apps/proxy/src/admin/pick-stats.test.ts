import { expect, test } from 'vitest'
import { pickStats } from './pick-stats.ts'
import { clusterScope, counters, plainScope } from './stat.ts'

const stats = [
  ...counters(clusterScope('up'), { upstream_rq_total: 1, upstream_rq_2xx: 0 }),
  ...counters(clusterScope('up-2'), { upstream_rq_total: 0 }),
  ...counters(plainScope('server'), { live: 1 }),
]
const names = (query: string) =>
  stats.filter(pickStats(new URLSearchParams(query))).map(({ scope, name }) => `${scope.prefix}${name}`)

test.each([
  ['plain text anywhere', 'filter=up-2', ['cluster.up-2.upstream_rq_total']],
  ['the whole name', `filter=${encodeURIComponent('^server\\.live$')}`, ['server.live']],
  [
    'how it begins',
    `filter=${encodeURIComponent('^cluster\\.up\\.')}`,
    ['cluster.up.upstream_rq_total', 'cluster.up.upstream_rq_2xx'],
  ],
  ['how it ends', `filter=${encodeURIComponent('_2xx$')}`, ['cluster.up.upstream_rq_2xx']],
  ['a dot that is not escaped stands for anything', 'filter=up.2', ['cluster.up-2.upstream_rq_total']],
  ['an expression', `filter=${encodeURIComponent('(live|2xx)$')}`, ['cluster.up.upstream_rq_2xx', 'server.live']],
  ['all but those', 'filter=cluster&invert_filter', ['server.live']],
  ['those with a value', 'filter=total&usedonly', ['cluster.up.upstream_rq_total']],
])('%s', (_name, query, expected) => {
  expect(names(query)).toEqual(expected)
})
