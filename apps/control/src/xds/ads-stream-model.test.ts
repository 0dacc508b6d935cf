import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { newStreamState, receive, retarget } from './ads-stream-state.ts'
import { ModelProxy } from './model-proxy.fixture.ts'
import { isInSync, nextResponse } from './next-response.ts'
import { type EncodedResource, emptyTarget, type ResourceSet, type Target } from './resource-set.ts'
import { resourceTypes } from './resource-type.ts'

const bad = '9'

function resource(name: string, version: string, refers: readonly string[] = []): EncodedResource {
  return { name, version: `${version}/${refers.join('+')}`, bytes: new TextEncoder().encode(refers.join(',')) }
}

/** A consistent little mesh out of random numbers: routes name existing clusters, listeners existing routes. */
const someTarget = fc
  .record({
    clusters: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 5 }),
    versions: fc.array(fc.nat(2), { minLength: 12, maxLength: 12 }),
    routes: fc.uniqueArray(fc.nat(2), { maxLength: 3 }),
    poison: fc.option(fc.constantFrom('cluster', 'endpoint', 'listener', 'route'), { freq: 5 }),
  })
  .map(({ clusters, versions, routes, poison }) => build(clusters, versions, routes, poison ?? undefined))

function build(clusters: number[], versions: number[], routes: number[], poison: string | undefined): Target {
  const sets = {
    cluster: clusters.map((n) => resource(`c${n}`, version(n, 'cluster'))),
    endpoint: clusters.map((n) => resource(`c${n}`, version(n + 3, 'endpoint'))),
    route: routes.map((n) =>
      resource(
        `r${n}`,
        version(n + 6, 'route'),
        clusters.filter((c) => (c + n) % 2 === 0).map((c) => `c${c}`),
      ),
    ),
    listener: routes.map((n) => resource(`l${n}`, version(n + 9, 'listener'), [`r${n}`])),
  }
  return {
    revision: 1,
    sets: {
      cluster: byName(sets.cluster),
      endpoint: byName(sets.endpoint),
      listener: byName(sets.listener),
      route: byName(sets.route),
    },
  }

  function version(n: number, type: string): string {
    return type === poison && n % 3 === 0 ? bad : String(versions[n % versions.length])
  }
}

const isBad = (each: EncodedResource) => each.version.startsWith(bad)

describe.each(['delta', 'sotw'] as const)('ADS stream, %s', (mode) => {
  test('whatever happens on the way, the proxy ends with exactly the last target, unbroken, and then it is quiet', () => {
    fc.assert(
      fc.property(
        fc.array(someTarget, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(3), { maxLength: 120 }),
        (targets, schedule) => {
          const proxy = new ModelProxy(mode, isBad)
          const stream = newStreamState({ mode, resendsEndpoints: true, target: emptyTarget })
          const onTheWay: NonNullable<ReturnType<typeof nextResponse>>[] = []
          const queue = [...targets]
          const steps = {
            push: () => {
              const next = queue.shift()
              if (next !== undefined) retarget(stream, next)
            },
            request: () => {
              const request = proxy.requests.shift()
              if (request !== undefined) receive(stream, request)
            },
            respond: () => {
              const response = nextResponse(stream)
              if (response !== undefined) onTheWay.push(response)
              for (const type of resourceTypes) {
                assert.ok(onTheWay.filter((each) => each.type === type).length <= 1, 'one response per type')
              }
            },
            deliver: () => {
              const response = onTheWay.shift()
              if (response !== undefined) proxy.take(response)
            },
          }
          const order = [steps.push, steps.request, steps.respond, steps.deliver]
          for (const n of schedule) order[n]?.()
          while (queue.length > 0) steps.push()
          const last = withoutPoison(stream.target)
          retarget(stream, last)
          for (let round = 0; round < 400; round++) for (const step of order.slice(1)) step()

          assert.deepEqual(proxy.faults, [])
          assert.equal(proxy.requests.length + onTheWay.length, 0)
          assert.ok(isInSync(stream), 'in sync')
          for (const type of ['cluster', 'endpoint', 'listener', 'route'] as const) {
            assert.deepEqual(proxy.names(type), wantedNames(last, type), type)
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  test('a proxy in sync is sent nothing', () => {
    const { stream, proxy, settle } = inSync(mode)
    const before = proxy.responses

    retarget(stream, { ...stream.target })
    settle()

    assert.equal(proxy.responses, before)
  })

  test('one changed cluster costs one response for it and one for its endpoints', () => {
    const { stream, proxy, settle } = inSync(mode)
    const before = proxy.responses
    const changed = build([0, 1], [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0], undefined)
    const sets = { ...stream.target.sets, cluster: changed.sets.cluster }

    retarget(stream, { revision: 2, sets })
    settle()

    assert.equal(proxy.responses - before, 2)
    assert.ok(isInSync(stream))
  })

  test('a refused resource is not sent again until its content changes, and the rest of the push waits', () => {
    const { stream, proxy, settle } = inSync(mode)
    const before = proxy.responses
    const lastGood = proxy.names('route')

    retarget(stream, build([0, 1], Array(12).fill(2), [0], 'cluster'))
    settle()

    assert.equal(proxy.responses - before, 1 + 1, 'the clusters, refused once, and the endpoints')
    assert.deepEqual(proxy.names('route'), lastGood)
    assert.ok(!isInSync(stream))

    retarget(stream, build([0, 1], Array(12).fill(2), [0], undefined))
    settle()

    assert.ok(isInSync(stream))
    assert.deepEqual(proxy.names('cluster'), ['c0@2/', 'c1@2/'])
    assert.notDeepEqual(proxy.names('route'), lastGood)
  })
})

function inSync(mode: 'delta' | 'sotw') {
  const proxy = new ModelProxy(mode, isBad)
  const target = build([0, 1], Array(12).fill(0), [0], undefined)
  const stream = newStreamState({ mode, resendsEndpoints: true, target })
  const settle = () => {
    for (let round = 0; round < 100; round++) {
      const request = proxy.requests.shift()
      if (request !== undefined) receive(stream, request)
      const response = nextResponse(stream)
      if (response !== undefined) proxy.take(response)
    }
  }
  settle()
  assert.ok(isInSync(stream))
  return { stream, proxy, settle }
}

function withoutPoison({ revision, sets }: Target): Target {
  const heal = (set: ResourceSet) =>
    byName([...set.values()].map((each) => ({ ...each, version: each.version.replace(bad, '8') })))
  return {
    revision,
    sets: {
      cluster: heal(sets.cluster),
      endpoint: heal(sets.endpoint),
      listener: heal(sets.listener),
      route: heal(sets.route),
    },
  }
}

function byName(resources: EncodedResource[]): ResourceSet {
  return new Map(resources.map((each) => [each.name, each]))
}

function wantedNames(target: Target, type: 'cluster' | 'endpoint' | 'listener' | 'route'): string[] {
  return [...target.sets[type].values()].map((each) => `${each.name}@${each.version}`).sort()
}
