import type { RolloutPlan, Verdict } from '@heddle/shared/api/rollouts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advanceRollout, ImpossibleStep } from './advance-rollout.ts'
import { isFinished, newRollout, type Rollout } from './rollout.ts'
import type { RolloutEvent } from './rollout-event.ts'

function planOf(stages: number, autoRollback: boolean, soakSeconds = 10): RolloutPlan {
  return {
    stages: Array.from({ length: stages }, (_, index) => ({
      name: `stage ${index}`,
      target: { kind: 'percent', percent: (100 * (index + 1)) / stages },
      soakSeconds,
    })),
    gate: { requestsMin: 20, errorShareIncreaseMaxPoints: 2, ackTimeoutSeconds: 30 },
    autoRollback,
  }
}

function verdict(result: Verdict['result']): Verdict {
  return { result, text: `it is a ${result}`, metrics: [], comparedWith: 'other-proxies' }
}

const plan = planOf(3, true)
const careful = planOf(3, false)

function run(events: readonly RolloutEvent[], with_ = plan): Rollout {
  return events.reduce((rollout, event) => advanceRollout(rollout, event, with_), newRollout(with_))
}

const started = { type: 'started', at: 0 } as const
const pushed = { type: 'pushed', at: 1 } as const
const acked = { type: 'acked', at: 2 } as const
const passed = { type: 'judged', at: 3, verdict: verdict('pass') } as const
const person = (type: 'paused' | 'resumed' | 'promoted' | 'aborted' | 'rolled-back') =>
  ({ type, at: 5, text: 'because' }) as const

describe('a rollout', () => {
  test('passes its stages one after the other and is complete after the last', () => {
    const stage = [pushed, acked, passed]

    const rollout = run([started, ...stage, ...stage, ...stage])

    expect(rollout.state).toBe('complete')
    expect(rollout.stages.map(({ phase }) => phase)).toEqual(['judged', 'judged', 'judged'])
  })

  test('holds on too little traffic, says so, and goes on when there is enough', () => {
    const held = run([started, pushed, acked, { type: 'judged', at: 3, verdict: verdict('inconclusive') }])
    const later = advanceRollout(held, passed, plan)

    expect(held).toMatchObject({ state: 'rolling', stageIndex: 0, reason: 'too-little-traffic' })
    expect(later).toMatchObject({ state: 'rolling', stageIndex: 1, reason: undefined })
  })

  test('keeps how a stage was before while it may be judged, whatever stops it, and no longer', () => {
    const before = { since: 0, until: 1, services: {}, edges: {} }
    const watched = run([started, { ...pushed, before }, acked, person('paused'), person('resumed')])

    const [passes, goesBack] = [passed, person('aborted')].map((event) => advanceRollout(watched, event, plan))

    expect(watched.stages[0]).toHaveProperty('before', before)
    expect(passes?.stages[0]).not.toHaveProperty('before')
    expect(goesBack?.stages[0]).not.toHaveProperty('before')
  })

  test.each([
    ['a refusal', [pushed, { type: 'nacked', at: 3, text: 'p1 refused it' }], 'nack'],
    ['a failed judgement', [pushed, acked, { type: 'judged', at: 3, verdict: verdict('fail') }], 'judgement'],
  ] as const)('%s takes it back, or pauses it where a person is to decide', (_, events, reason) => {
    expect(run([started, ...events])).toMatchObject({ state: 'rolling_back', endsAs: 'rolled_back', reason })
    expect(run([started, ...events], careful)).toMatchObject({ state: 'paused', reason })
  })

  test('is paused when acknowledgements do not come, and gives them their whole time again when resumed', () => {
    const paused = run([started, pushed, { type: 'ack-timed-out', at: 40, text: 'p1' }])

    const resumed = advanceRollout(paused, { type: 'resumed', at: 99, text: '' }, plan)

    expect(paused).toMatchObject({ state: 'paused', reason: 'ack-timeout' })
    expect(resumed).toMatchObject({ state: 'rolling', stages: [{ phase: 'pushed', startedAt: 99 }, {}, {}] })
  })

  test('watches the whole soak again when it is resumed after a failed judgement', () => {
    const failed = run([started, pushed, acked, { type: 'judged', at: 3, verdict: verdict('fail') }], careful)

    const resumed = advanceRollout(failed, { type: 'resumed', at: 50, text: '' }, careful)

    expect(resumed.stages[0]).toMatchObject({ phase: 'soaking', soakStartedAt: 50, soakEndsAt: 10_050 })
    expect(resumed.stages[0]).not.toHaveProperty('verdict')
  })

  test('a promotion skips the rest of the soak, but neither an acknowledgement nor a refusal', () => {
    const soaking = run([started, pushed, acked])
    const refused = run([started, pushed, { type: 'nacked', at: 3, text: 'p1' }], careful)

    expect(advanceRollout(soaking, person('promoted'), plan)).toMatchObject({ stageIndex: 1 })
    expect(() => advanceRollout(run([started, pushed]), person('promoted'), plan)).toThrow(ImpossibleStep)
    expect(() => advanceRollout(refused, person('promoted'), careful)).toThrow(ImpossibleStep)
  })

  test('a promotion goes past a proxy that does not answer', () => {
    const paused = run([started, pushed, { type: 'ack-timed-out', at: 40, text: 'p1' }])

    expect(advanceRollout(paused, person('promoted'), plan)).toMatchObject({ state: 'rolling', stageIndex: 1 })
  })

  test('can be taken back while it rolls, while it is paused and after it is complete', () => {
    const stage = [pushed, acked, passed]
    const rolling = run([started, pushed])
    const paused = run([started, pushed, person('paused')])
    const complete = run([started, ...stage, ...stage, ...stage])

    for (const rollout of [rolling, paused, complete]) {
      const back = advanceRollout(rollout, person('rolled-back'), plan)
      expect(back.state).toBe('rolling_back')
      expect(advanceRollout(back, { type: 'restored', at: 9 }, plan).state).toBe('rolled_back')
    }
    const aborted = advanceRollout(rolling, person('aborted'), plan)
    expect(advanceRollout(aborted, { type: 'restored', at: 9 }, plan).state).toBe('aborted')
    expect(() => advanceRollout(complete, person('aborted'), plan)).toThrow(ImpossibleStep)
  })

  test('that waits is aborted without anything to take back', () => {
    expect(run([person('aborted')])).toMatchObject({ state: 'aborted', stageIndex: 0 })
  })

  test('without a soak is judged as soon as it is acknowledged', () => {
    const quick = planOf(1, true, 0)

    expect(run([started, pushed, acked], quick).stages[0]).toMatchObject({ phase: 'acked', soakEndsAt: 2 })
  })
})

const anyEvent: fc.Arbitrary<RolloutEvent> = fc.oneof(
  fc.constantFrom<RolloutEvent>(started, pushed, acked, passed, { type: 'restored', at: 4 }),
  fc.constantFrom<RolloutEvent>(
    { type: 'judged', at: 3, verdict: verdict('fail') },
    { type: 'judged', at: 3, verdict: verdict('inconclusive') },
    { type: 'nacked', at: 3, text: 'p1' },
    { type: 'ack-timed-out', at: 3, text: 'p1' },
    { type: 'base-moved', at: 3, text: 'other' },
  ),
  fc.constantFrom<RolloutEvent>(
    person('paused'),
    person('resumed'),
    person('promoted'),
    person('aborted'),
    person('rolled-back'),
  ),
)

test('whatever happens: no stage is skipped, repeated, or passed unacknowledged without a person, and an end is an end', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
      fc.array(anyEvent, { maxLength: 60 }),
      (auto, n, events) => {
        const its = planOf(n, auto)
        let rollout = newRollout(its)
        for (const event of events) {
          const before = rollout
          try {
            rollout = advanceRollout(rollout, event, its)
          } catch (error) {
            expect(error).toBeInstanceOf(ImpossibleStep)
            continue
          }

          expect([0, 1]).toContain(rollout.stageIndex - before.stageIndex)
          for (const [index, { phase }] of rollout.stages.entries()) {
            if (index < rollout.stageIndex) expect(phase).toBe('judged')
            if (index > rollout.stageIndex) expect(phase).toBe('pending')
          }
          if (rollout.stageIndex > before.stageIndex || (rollout.state === 'complete' && before.state !== 'complete')) {
            const left = before.stages[before.stageIndex]
            const wasAcked = left?.phase === 'acked' || left?.phase === 'soaking'
            expect(wasAcked || event.type === 'promoted').toBe(true)
            expect(event.type === 'promoted' || (event.type === 'judged' && event.verdict.result === 'pass')).toBe(true)
          }
          if (isFinished(before) && rollout !== before) {
            expect([before.state, event.type]).toEqual(['complete', 'rolled-back'])
          }
          if (event.type === 'nacked') expect(['paused', 'rolling_back']).toContain(rollout.state)
        }
      },
    ),
    { numRuns: 1000 },
  )
})
