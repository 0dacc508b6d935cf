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

const touching = (...services: string[]) => new Map(services.map((service) => [service, new Set([service])]))

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

describe('an edge to a service that the rollout touches', () => {
  const services = [{ stage: saw(1700, 16), others: saw(3000, 12), before: emptyWindow }]
  const edge = (stage: SignalWindow, others: SignalWindow | undefined, before = emptyWindow) => ({
    reporter: 'source' as const,
    edge: 'shop/checkout to shop/payments',
    destination: 'shop/payments',
    stage,
    others,
    before,
  })
  const context = (...edges: ReturnType<typeof edge>[]) => ({
    edges,
    touched: touching('shop/payments'),
    isBeforeKnown: true,
  })
  const quiet = { ...edge(saw(30, 0), saw(90, 0)), edge: 'shop/web to shop/payments' }

  test('fails the stage when its requests do, however many others go well', () => {
    const verdict = judgeStage(gate, services, context(quiet, edge(saw(30, 16), saw(60, 0))))

    expect(judgeStage(gate, services).result).toBe('pass')
    expect(verdict).toMatchObject({ result: 'fail', comparedWith: 'other-proxies' })
    expect(verdict.text).toBe(
      '53.3 % of 30 requests from shop/checkout to shop/payments failed, on proxies without the revision 0 %; at most 2 points more are allowed',
    )
  })

  test('fails on the few requests that a canary has in its time, and is watched on while that is not certain', () => {
    const few = judgeStage(gate, services, context(edge(saw(16, 8), saw(14, 0), saw(120, 1))))
    const fewer = judgeStage(gate, services, context(edge(saw(30, 3), saw(60, 0))))

    expect(few).toMatchObject({ result: 'fail', comparedWith: 'before' })
    expect(fewer.result).toBe('inconclusive')
    expect(fewer.text).toContain('10 % of 30 requests from shop/checkout to shop/payments failed')
    expect(fewer.text).toContain('watched until it is certain')
  })

  test('is compared with the time before when nobody is left without the revision', () => {
    const verdict = judgeStage(gate, services, context(edge(saw(60, 30), saw(0, 0), saw(200, 1))))

    expect(verdict).toMatchObject({ result: 'fail', comparedWith: 'before' })
  })

  test.each([
    ['has failed as often before', saw(60, 30), saw(0, 0), saw(200, 100)],
    ['fails as often for the others', saw(60, 30), saw(200, 100), emptyWindow],
    ['was unlucky once', saw(20, 1), saw(60, 0), emptyWindow],
    ['has seen nothing', saw(0, 0), saw(60, 0), emptyWindow],
    ['has few requests that have always failed', saw(15, 15), saw(0, 0), saw(15, 15)],
  ])('does not fail the stage when it %s', (_, stage, others, before) => {
    expect(judgeStage(gate, services, context(quiet, edge(stage, others, before))).result).toBe('pass')
  })

  test('fails the stage on what it has begun to do, although it had few requests before', () => {
    const verdict = judgeStage(gate, services, context(edge(saw(30, 30), saw(6, 0), saw(9, 0))))

    expect(verdict).toMatchObject({ result: 'fail', comparedWith: 'nothing' })
  })

  test('without a request does not hold the stage, which says that nothing of the change was judged', () => {
    const idle = judgeStage(gate, services, context(edge(saw(0, 0), saw(60, 0))))
    const unknown = judgeStage(gate, services, context())

    expect(idle).toMatchObject({ result: 'pass', isUnseen: true })
    expect(idle.text).toBe(
      'Inconclusive, nothing to judge: no proxy that has the change reported a request to shop/payments, which it acts on. 0.9 % of 1700 requests failed, on proxies without the revision 0.4 %; at most 2 points more are allowed',
    )
    expect(unknown.text).toBe(idle.text)
    expect(judgeStage(gate, services, context(quiet))).not.toHaveProperty('isUnseen')
  })

  test('of another of its services says which ones were not seen', () => {
    const touched = touching('shop/payments', 'shop/a', 'shop/b', 'shop/c', 'shop/d')
    const some = judgeStage(gate, services, { ...context(quiet), touched })

    const behindIt = {
      ...context(quiet),
      touched: new Map([['shop/payments-v2', new Set(['shop/payments-v2', 'shop/payments'])]]),
    }
    expect(judgeStage(gate, services, behindIt)).not.toHaveProperty('isUnseen')
    expect(some.text).toMatch(
      /^Only partly judged: no proxy that has the change reported a request to shop\/a, shop\/b, shop\/c and 1 more, which/,
    )
  })
})

describe('a stage before which nothing was reported', () => {
  const context = { edges: [], touched: touching(), isBeforeKnown: false }
  const service = (stage: SignalWindow, others?: SignalWindow) => ({ stage, others, before: emptyWindow })

  test('asks a person about errors that may have been there before, and says why', () => {
    const verdict = judgeStage(gate, [service(saw(200, 60))], context)

    expect(verdict.result).toBe('inconclusive')
    expect(verdict.text).toContain('how it was before is not known')
  })

  test('still fails what is worse than other proxies, and passes what has no errors', () => {
    expect(judgeStage(gate, [service(saw(200, 60), saw(600, 0))], context).result).toBe('fail')
    expect(judgeStage(gate, [service(saw(200, 0))], context).result).toBe('pass')
  })

  test('asks about an edge in the same way', () => {
    const edge = {
      reporter: 'source' as const,
      edge: 'shop/web to shop/a',
      destination: 'shop/a',
      ...service(saw(30, 30)),
    }
    const verdict = judgeStage(gate, [service(saw(3000, 30))], { ...context, edges: [edge] })

    expect(verdict.result).toBe('inconclusive')
    expect(verdict.text).toContain('how it was before is not known')
  })
})

test('a service that has always failed is not taken back where the plan asks for more requests than it ever has', () => {
  const verdict = judgeStage({ ...gate, requestsMin: 1000 }, [
    { stage: saw(900, 450), others: undefined, before: saw(900, 450) },
  ])

  expect(verdict.result).toBe('inconclusive')
})

test.each([
  ['as many as a canary sees in a minute', undefined],
  ['the few of one edge', 30],
])(
  'looked at after every request, two equal halves are called different in at most one rollout of twenty: %s',
  (_, at) => {
    let alarms = 0
    for (let run = 0; run < 200; run++) {
      const random = randomOf(run + 1)
      const counts = { stage: { events: 0, all: 0 }, others: { events: 0, all: 0 } }
      let isAlarm = false
      for (let n = 0; n < 2000; n++) {
        const side = random() < 0.25 ? counts.stage : counts.others
        side.all += 1
        if (random() < 0.05) side.events += 1
        const certainty = at === undefined ? {} : { tightestAt: at }
        if (counts.stage.all >= (at === undefined ? 20 : 1) && counts.stage.events >= (at === undefined ? 0 : 5))
          isAlarm ||= differenceOfShares([{ first: counts.stage, second: counts.others }], certainty).lower > 0
      }
      if (isAlarm) alarms += 1
    }

    expect(alarms / 200).toBeLessThanOrEqual(0.05)
  },
)

test('a third of errors more is certain within a hundred requests', () => {
  const random = randomOf(7)
  const counts = { events: 0, all: 0 }
  while (differenceOfShares([{ first: counts, second: { events: 2, all: 400 } }]).lower <= 0) {
    counts.all += 1
    if (random() < 0.33) counts.events += 1
  }

  expect(counts.all).toBeLessThan(100)
})
