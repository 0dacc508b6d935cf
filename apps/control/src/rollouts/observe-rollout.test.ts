import type { RolloutPlan, Verdict } from '@heddle/shared/api/rollouts'
import { describe, expect, test } from 'vitest'
import { observeRollout, type ProxyFacts, type RolloutFacts } from './observe-rollout.ts'
import { newRollout, type Rollout, type StageProgress } from './rollout.ts'

const plan: RolloutPlan = {
  stages: [
    { name: 'canary', target: { kind: 'per-service', proxies: 1 }, soakSeconds: 10 },
    { name: 'everyone', target: { kind: 'percent', percent: 100 }, soakSeconds: 0 },
  ],
  gate: { requestsMin: 20, errorShareIncreaseMaxPoints: 2, ackTimeoutSeconds: 30 },
  autoRollback: true,
}

function verdict(result: Verdict['result'], errorShare: Verdict['result'] = result): Verdict {
  return { result, text: '', metrics: [{ name: 'error-share', result: errorShare }], comparedWith: 'other-proxies' }
}

function rolling(stage: StageProgress): Rollout {
  return { ...newRollout(plan), state: 'rolling', stages: [stage, { phase: 'pending' }] }
}

function proxy(proxyId: string, facts: Partial<ProxyFacts> = {}): ProxyFacts {
  return { proxyId, hasAcked: false, isConnected: true, nack: undefined, ...facts }
}

function facts(change: Partial<RolloutFacts>): RolloutFacts {
  return { now: 5000, proxies: [proxy('p1')], bringsMore: true, judge: () => verdict('pass'), ...change }
}

const acked = [proxy('p1', { hasAcked: true })]
const soaking = rolling({ phase: 'soaking', startedAt: 0, ackedAt: 0, soakEndsAt: 10_000 })

describe('what is seen of a rollout', () => {
  test('a stage that is its turn is pushed', () => {
    expect(observeRollout(rolling({ phase: 'pending' }), plan, facts({}))).toMatchObject({ type: 'pushed' })
  })

  test('a stage is acknowledged when all its proxies have, and not before', () => {
    const pushed = rolling({ phase: 'pushed', startedAt: 0 })

    expect(observeRollout(pushed, plan, facts({ proxies: [...acked, proxy('p2')] }))).toBeUndefined()
    expect(observeRollout(pushed, plan, facts({ proxies: acked }))).toMatchObject({ type: 'acked' })
  })

  test('proxies that do not answer in time are named', () => {
    const event = observeRollout(
      rolling({ phase: 'pushed', startedAt: 0 }),
      plan,
      facts({ now: 30_000, proxies: [...acked, proxy('p2', { isConnected: false })] }),
    )

    expect(event).toMatchObject({ type: 'ack-timed-out', text: 'no acknowledgement in 30 s from p2 (gone)' })
  })

  test('a proxy that still refuses what came before is named with its reason', () => {
    const event = observeRollout(
      rolling({ phase: 'pushed', startedAt: 0 }),
      plan,
      facts({ now: 30_000, proxies: [proxy('p2', { standingNack: 'Address already in use' })] }),
    )

    expect(event).toMatchObject({
      text: 'no acknowledgement in 30 s from p2 (refuses what it was told before: Address already in use)',
    })
  })

  test.each([
    ['pushed', rolling({ phase: 'pushed', startedAt: 0 })],
    ['soaking', soaking],
  ])('a refusal counts while the stage is %s', (_, rollout) => {
    const proxies = [...acked, proxy('p2', { nack: 'no such cluster' })]

    expect(observeRollout(rollout, plan, facts({ proxies }))).toMatchObject({
      type: 'nacked',
      text: 'p2 refused it: no such cluster',
    })
  })

  test('a soak is watched to its end, unless more errors are certain before', () => {
    const judged = (now: number, result: Verdict) =>
      observeRollout(soaking, plan, facts({ now, proxies: acked, judge: () => result }))?.type

    expect(judged(9999, verdict('pass'))).toBeUndefined()
    expect(judged(9999, verdict('fail', 'pass'))).toBeUndefined()
    expect(judged(9999, verdict('fail'))).toBe('judged')
    expect(judged(10_000, verdict('pass'))).toBe('judged')
  })

  test('too little traffic is said once and then looked at silently', () => {
    const judge = () => verdict('inconclusive')
    const held = rolling({ phase: 'soaking', soakEndsAt: 0, verdict: verdict('inconclusive') })

    expect(observeRollout(soaking, plan, facts({ now: 10_000, proxies: acked, judge }))?.type).toBe('judged')
    expect(observeRollout(held, plan, facts({ now: 10_000, proxies: acked, judge }))).toBeUndefined()
    expect(observeRollout(held, plan, facts({ now: 10_000, proxies: acked }))?.type).toBe('judged')
  })

  test('a stage that changes nothing for any proxy is passed at once, and says why', () => {
    const event = observeRollout(soaking, plan, facts({ proxies: acked, bringsMore: false }))

    expect(event).toMatchObject({ type: 'judged', verdict: { result: 'pass', comparedWith: 'nothing' } })
  })

  test('it is taken back when all proxies that had it run the old content again', () => {
    const back: Rollout = { ...soaking, state: 'rolling_back', endsAs: 'rolled_back' }

    expect(observeRollout(back, plan, facts({}))).toBeUndefined()
    expect(observeRollout(back, plan, facts({ proxies: acked }))).toMatchObject({ type: 'restored' })
  })

  test('a paused rollout stays as it is', () => {
    expect(observeRollout({ ...soaking, state: 'paused' }, plan, facts({ now: 99_999 }))).toBeUndefined()
  })
})
