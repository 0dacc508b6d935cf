import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AdsResponse, type AdsStreamState, newStreamState, receive, retarget } from './ads-stream-state.ts'
import { isInSync, nextResponse } from './next-response.ts'
import { type EncodedResource, emptyTarget, type Target } from './resource-set.ts'
import { type ResourceType, resourceTypes } from './resource-type.ts'
import { viewVersion } from './view-version.ts'

/** A mesh as a few numbers: clusters that exist, their versions, and the clusters that the one route names. */
type Mesh = { readonly clusters: Readonly<Record<string, number>>; readonly routed: readonly string[] }

function resource(name: string, version: string | number): EncodedResource {
  return { name, version: String(version), bytes: new Uint8Array() }
}

function targetOf({ clusters, routed }: Mesh, revision: number): Target {
  const names = Object.keys(clusters)
  return {
    revision,
    sets: {
      cluster: new Map(names.map((name) => [name, resource(name, clusters[name] ?? 0)])),
      endpoint: new Map(names.map((name) => [name, resource(name, 1)])),
      listener: new Map([['in', resource('in', 1)]]),
      route: new Map([['r', resource('r', routed.join())]]),
    },
  }
}

/** A delta client that does what it is told, one answer at a time, and keeps what it has. */
class Client {
  readonly has: Record<ResourceType, Map<string, string>> = {
    cluster: new Map(),
    endpoint: new Map(),
    listener: new Map(),
    route: new Map(),
  }
  readonly inbox: AdsResponse[] = []
  answers = 0
  private readonly stream: AdsStreamState

  constructor(stream: AdsStreamState) {
    this.stream = stream
    for (const type of ['cluster', 'listener'] as const) this.ask(type, [])
    this.ask('route', ['r'])
  }

  /** Takes everything that the server may send now. */
  poll(): void {
    for (let response = nextResponse(this.stream); response !== undefined; response = nextResponse(this.stream))
      this.inbox.push(response)
  }

  /** Applies and answers the oldest response; `errorMessage` refuses it. */
  answer(errorMessage?: string): void {
    const response = this.inbox.shift()
    if (response === undefined) return
    this.answers++
    const { type, nonce } = response
    if (errorMessage === undefined) {
      for (const { name, version } of response.resources) this.has[type].set(name, version)
      for (const name of response.removed) this.has[type].delete(name)
    }
    receive(this.stream, {
      type,
      responseNonce: nonce,
      errorMessage,
      names: { mode: 'delta', subscribe: [], unsubscribe: [], initialVersions: new Map() },
    })
    if (type === 'cluster')
      this.ask(
        'endpoint',
        [...this.has.cluster.keys()].filter((name) => !this.has.endpoint.has(name)),
      )
    this.poll()
  }

  settle(): void {
    for (let guard = 0; this.inbox.length > 0 && guard < 1000; guard++) this.answer()
  }

  private ask(type: ResourceType, subscribe: readonly string[]): void {
    receive(this.stream, {
      type,
      responseNonce: '',
      errorMessage: undefined,
      names: { mode: 'delta', subscribe, unsubscribe: [], initialVersions: new Map() },
    })
  }
}

function connect(mesh: Mesh): { stream: AdsStreamState; client: Client } {
  const stream = newStreamState({ mode: 'delta', resendsEndpoints: true, target: targetOf(mesh, 1) })
  const client = new Client(stream)
  client.poll()
  return { stream, client }
}

const meshes = fc
  .record({
    clusters: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 3 }), { minKeys: 1 }),
    pick: fc.infiniteStream(fc.boolean()),
  })
  .map(({ clusters, pick }): Mesh => ({ clusters, routed: Object.keys(clusters).filter(() => pick.next().value) }))

test('whatever the targets in between, a client that answers ends up with the last one, and then nothing is sent', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(meshes, fc.nat(4)), { minLength: 1, maxLength: 8 }), (steps) => {
      const { stream, client } = connect({ clusters: { a: 1 }, routed: ['a'] })
      for (const [index, [mesh, answers]] of steps.entries()) {
        retarget(stream, targetOf(mesh, index + 2))
        client.poll()
        for (let count = 0; count < answers; count++) client.answer()
      }
      client.settle()

      const { sets } = stream.target
      for (const type of ['cluster', 'listener', 'route'] as const) {
        expect(Object.fromEntries(client.has[type])).toEqual(
          Object.fromEntries([...sets[type]].map(([name, { version }]) => [name, version])),
        )
      }
      expect(isInSync(stream)).toBe(true)
      expect(nextResponse(stream)).toBeUndefined()
    }),
  )
})

test('no route names a cluster that the client does not have, at any moment', () => {
  fc.assert(
    fc.property(fc.array(meshes, { minLength: 1, maxLength: 6 }), (targets) => {
      const { stream, client } = connect({ clusters: { a: 1 }, routed: ['a'] })
      const check = () => {
        const routed = (client.has.route.get('r') ?? '').split(',').filter(Boolean)
        for (const name of routed) expect([...client.has.cluster.keys()]).toContain(name)
      }
      client.settle()
      for (const [index, mesh] of targets.entries()) {
        retarget(stream, targetOf(mesh, index + 2))
        client.poll()
        for (let guard = 0; client.inbox.length > 0 && guard < 200; guard++) {
          client.answer()
          check()
        }
      }
    }),
  )
})

test('one response per type is under way at most', () => {
  const { stream, client } = connect({ clusters: { a: 1 }, routed: ['a'] })

  for (let revision = 2; revision < 20; revision++) {
    retarget(stream, targetOf({ clusters: { a: revision }, routed: ['a'] }, revision))
    client.poll()
  }

  for (const type of resourceTypes)
    expect(client.inbox.filter((response) => response.type === type).length).toBeLessThanOrEqual(1)
})

test('what was refused is not sent again before its content changes', () => {
  const { stream, client } = connect({ clusters: { a: 1 }, routed: ['a'] })
  client.settle()
  retarget(stream, targetOf({ clusters: { a: 2 }, routed: ['a'] }, 2))
  client.poll()
  client.answer('no such thing')
  client.settle()
  const afterRefusal = nextResponse(stream)

  retarget(stream, targetOf({ clusters: { a: 3 }, routed: ['a'] }, 3))
  client.poll()
  client.settle()

  expect(afterRefusal).toBeUndefined()
  expect(client.has.cluster.get('a')).toBe('3')
  expect(isInSync(stream)).toBe(true)
})

test('a changed cluster brings its endpoints again, or Envoy keeps it waiting', () => {
  const { stream, client } = connect({ clusters: { a: 1, b: 1 }, routed: ['a'] })
  client.settle()

  retarget(stream, targetOf({ clusters: { a: 2, b: 1 }, routed: ['a'] }, 2))
  client.poll()

  expect(client.inbox.map(({ type, resources }) => [type, resources.map(({ name }) => name)])).toEqual([
    ['cluster', ['a']],
    ['endpoint', ['a']],
  ])
})

test('a stale answer changes nothing', () => {
  const { stream, client } = connect({ clusters: { a: 1 }, routed: ['a'] })
  const names = { mode: 'delta', subscribe: [], unsubscribe: [], initialVersions: new Map() } as const

  const answer = receive(stream, { type: 'cluster', responseNonce: 'never-sent', errorMessage: undefined, names })

  expect(answer.kind).toBe('stale')
  client.settle()
  expect(isInSync(stream)).toBe(true)
})

test('a client that comes back with what it has is sent nothing', () => {
  const target = targetOf({ clusters: { a: 1 }, routed: ['a'] }, 1)
  const stream = newStreamState({ mode: 'delta', resendsEndpoints: true, target })
  const initial = (type: ResourceType) => new Map([...target.sets[type]].map(([name, { version }]) => [name, version]))
  for (const type of resourceTypes) {
    const subscribe = type === 'endpoint' ? ['a'] : type === 'route' ? ['r'] : []
    receive(stream, {
      type,
      responseNonce: '',
      errorMessage: undefined,
      names: { mode: 'delta', subscribe, unsubscribe: [], initialVersions: initial(type) },
    })
  }

  expect(nextResponse(stream)).toBeUndefined()
  expect(emptyTarget.revision).toBe(0)
})

test.each([
  ['all of a type is sent nothing, when the version is the same', [], undefined],
  ['names is sent them: it may have let go of them and kept the version', ['a'], ['a']],
])('state of the world: a client that comes back for %s', (_what, list, expected) => {
  const target = targetOf({ clusters: { a: 1 }, routed: ['a'] }, 1)
  const stream = newStreamState({ mode: 'sotw', resendsEndpoints: false, target })
  const version = viewVersion([...target.sets.cluster.values()])

  receive(stream, {
    type: 'cluster',
    responseNonce: '',
    errorMessage: undefined,
    names: { mode: 'sotw', list, version },
  })

  expect(nextResponse(stream)?.resources.map(({ name }) => name)).toEqual(expected)
})
