import { describe, expect, test } from 'vitest'
import { differenceOfShares } from './difference-of-shares.ts'
import { judgeStage } from './judge-stage.ts'
import { emptyWindow, type SignalWindow } from './stage-signals.ts'

const gate = { requestsMin: 20, errorShareIncreaseMaxPoints: 2, ackTimeoutSeconds: 30 }

function saw(requests: number, errors: number, more: Partial<SignalWindow> = {}): SignalWindow {
  return { requests, errors, denied: 0, injected: 0, p99Ms: undefined, ...more }
}

/** The same pseudo-random numbers in every run. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe('a stage', () => {
  test.each([
    ['fails when its proxies answer with errors and the others do not', saw(200, 60), saw(600, 3), 'fail'],
    ['passes when both have the same errors', saw(200, 8), saw(600, 24), 'pass'],
    ['passes when it is better than the others', saw(200, 0), saw(600, 60), 'pass'],
    [
      'passes with more errors than the others that are within the allowance',
      saw(20_000, 300),
      saw(60_000, 300),
      'pass',
    ],
    ['is held when there are too few requests to judge', saw(19, 0), saw(600, 0), 'inconclusive'],
    ['is not failed by one unlucky request', saw(20, 1), saw(600, 0), 'pass'],
    ['fails on few requests when all of them fail', saw(30, 30), saw(600, 0), 'fail'],
  ] as const)('%s', (_, stage, others, result) => {
    expect(judgeStage(gate, [{ stage, others, before: emptyWindow }])).toMatchObject({
      result,
      comparedWith: 'other-proxies',
    })
  })

  test('is compared with the time before when nobody else has the old revision', () => {
    const verdict = judgeStage(gate, [{ stage: saw(200, 60), others: undefined, before: saw(200, 0) }])

    expect(verdict).toMatchObject({ result: 'fail', comparedWith: 'before' })
    expect(verdict.text).toBe('30 % of 200 requests failed, before 0 %; at most 2 points more are allowed')
  })

  test('with nothing to compare with says so, and fails only when requests fail for certain', () => {
    const good = judgeStage(gate, [{ stage: saw(200, 0), others: saw(3, 0), before: emptyWindow }])
    const bad = judgeStage(gate, [{ stage: saw(200, 60), others: undefined, before: emptyWindow }])

    expect(good).toMatchObject({ result: 'pass', comparedWith: 'nothing' })
    expect(good.text).toContain('there is nothing to compare it with')
    expect(bad.result).toBe('fail')
  })

  test('is judged by its p99 only where the plan asks, and held until there are enough requests for one', () => {
    const withP99 = { ...gate, p99RatioMax: 1.5 }
    const others = saw(600, 0, { p99Ms: 100 })
    const judge = (stage: SignalWindow) => judgeStage(withP99, [{ stage, others, before: emptyWindow }]).result

    expect(judge(saw(200, 0, { p99Ms: 140 }))).toBe('pass')
    expect(judge(saw(200, 0, { p99Ms: 160 }))).toBe('fail')
    expect(judge(saw(50, 0, { p99Ms: 160 }))).toBe('inconclusive')
    expect(judgeStage(gate, [{ stage: saw(200, 0, { p99Ms: 900 }), others, before: emptyWindow }]).result).toBe('pass')
  })

  test('compares each service with itself: a canary of a bad service among good ones is not a regression', () => {
    const verdict = judgeStage(gate, [
      { stage: saw(300, 60), others: saw(60, 12), before: emptyWindow },
      { stage: saw(100, 0), others: saw(3000, 0), before: emptyWindow },
    ])

    expect(verdict).toMatchObject({ result: 'pass', metrics: [{}, { stage: 0.15, others: 0.15 }] })
  })
})

test('looked at after every request, two equal halves are called different in at most one rollout of twenty', () => {
  let alarms = 0
  for (let run = 0; run < 200; run++) {
    const random = randomOf(run + 1)
    const counts = { stage: { events: 0, all: 0 }, others: { events: 0, all: 0 } }
    let isAlarm = false
    for (let n = 0; n < 2000; n++) {
      const side = random() < 0.25 ? counts.stage : counts.others
      side.all += 1
      if (random() < 0.05) side.events += 1
      if (counts.stage.all >= 20)
        isAlarm ||= differenceOfShares([{ first: counts.stage, second: counts.others }]).lower > 0
    }
    if (isAlarm) alarms += 1
  }

  expect(alarms / 200).toBeLessThanOrEqual(0.05)
})

test('a third of errors more is certain within a hundred requests', () => {
  const random = randomOf(7)
  const counts = { events: 0, all: 0 }
  while (differenceOfShares([{ first: counts, second: { events: 2, all: 400 } }]).lower <= 0) {
    counts.all += 1
    if (random() < 0.33) counts.events += 1
  }

  expect(counts.all).toBeLessThan(100)
})
