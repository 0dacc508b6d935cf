import { expect, test } from 'vitest'
import { allSteps } from '../clock/all-steps.ts'
import { inNameOrder } from './in-name-order.ts'
import { clusterScope, counters, plainScope, statName } from './stat.ts'

test('names stand in order, also where the name of a cluster begins with that of another one', () => {
  const clusters = Array.from({ length: 900 }, (_, index) => (index % 3 === 0 ? `up.${index}` : `other-${index}`))
  const stats = [
    ...counters(plainScope('server'), { uptime: 1, live: 1 }),
    ...[...clusters, 'up', 'up.1.x', 'upper'].flatMap((name) =>
      counters(clusterScope(name), { upstream_rq_total: 1, '2.x': 1, zone: 1, assigned: 1, bound: 1 }),
    ),
    ...counters(clusterScope('up'), { 'grpc.total': 1 }),
  ]

  const names = allSteps(inNameOrder(stats)).flat().map(statName)

  expect(names).toEqual(stats.map(statName).sort())
})
