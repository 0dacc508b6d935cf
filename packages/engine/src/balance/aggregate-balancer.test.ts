import { expect, test } from 'vitest'
import { AggregateBalancer, type AggregateMember, type PriorityCounts } from './aggregate-balancer.ts'

const all = (count: number): PriorityCounts => ({ priority: 0, counts: { total: count, healthy: count, degraded: 0 } })
const of = (total: number, healthy: number): PriorityCounts => ({
  priority: 0,
  counts: { total, healthy, degraded: 0 },
})

test('a cluster that loses endpoints gives the next as much as it cannot take, and takes it back', () => {
  const near = member('near', [all(4)])
  const balancer = new AggregateBalancer<string>(
    () => [near, member('far', [all(4)])],
    50,
    draws(),
    () => undefined,
  )

  const whole = sharesOf(balancer)
  near.now = [of(4, 2)]
  const half = sharesOf(balancer)
  near.now = [all(4)]

  expect([whole, half, sharesOf(balancer)]).toEqual([{ near: 100 }, { near: 70, far: 30 }, { near: 100 }])
})

test('clusters come and go by their names', () => {
  const here = [member('near', [all(1)])]
  const balancer = new AggregateBalancer<string>(
    () => here,
    50,
    draws(),
    () => undefined,
  )
  const before = sharesOf(balancer)

  here.length = 0
  const empty = sharesOf(balancer)
  here.push(member('far', [all(1)]))

  expect([before, empty, sharesOf(balancer)]).toEqual([{ near: 100 }, { nobody: 100 }, { far: 100 }])
})

function member(name: string, now: readonly PriorityCounts[]): AggregateMember<string> & { now: typeof now } {
  return {
    now,
    levels() {
      return this.now
    },
    overprovisioningPercent: 140,
    usesHash: false,
    pickFrom: () => name,
  }
}

/** Each hundredth once. */
function draws(): () => number {
  let next = 0
  return () => (next++ % 100) / 100
}

function sharesOf(balancer: AggregateBalancer<string>): Record<string, number> {
  const shares: Record<string, number> = {}
  for (let draw = 0; draw < 100; draw++) {
    const picked = balancer.pick(undefined, undefined, 0, 0) ?? 'nobody'
    shares[picked] = (shares[picked] ?? 0) + 1
  }
  return shares
}
