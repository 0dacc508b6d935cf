import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AdsProxy } from './harness/ads-proxy.ts'
import { startControlProcess } from './harness/control-process.ts'
import { reportRequests } from './harness/report-requests.ts'
import { RollingMesh } from './harness/rolling-mesh.ts'

// How a stage was before it began, kept with it: who judges it later was not there to hear it. The stage is the whole
// mesh, so that there is nobody else to compare it with.

type Control = Awaited<ReturnType<typeof startControlProcess>>
let mesh: RollingMesh
let leader: Control

beforeEach(async () => {
  mesh = await RollingMesh.start({ web: { app: 'web' }, payments: { app: 'payments' } })
  leader = mesh.control
})
afterEach(() => mesh[Symbol.asyncDispose]())

const soon = <Answer>(ask: () => Promise<Answer>) => vi.waitFor(ask, { timeout: 60_000, interval: 25 })

const route = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: payments, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments, port: 8080 }]
  rules: [{ backendRefs: [{ name: payments, port: 8080 }], timeouts: { request: 20ms } }]
`
/** A stage that has met no request is held, however long the rest takes. */
const canary = {
  stages: [{ name: 'canary', target: { kind: 'per-service', proxies: 1 }, soakSeconds: 1 }],
  gate: { requestsMin: 50, errorShareIncreaseMaxPoints: 2, ackTimeoutSeconds: 60 },
  autoRollback: true,
}

/** Who takes part, and what happens in the middle of the stage: it says who goes on. */
type Course = {
  /** Where the proxy's stream is all the time. */
  readonly follower?: Control
  readonly meanwhile: () => Promise<Control>
}

const courses: readonly (readonly [string, () => Promise<Course>])[] = [
  ['nothing happens', async () => ({ meanwhile: async () => leader })],
  [
    'the control plane is killed and started again',
    async () => ({
      async meanwhile() {
        await leader.kill()
        await leader.start()
        return leader
      },
    }),
  ],
  [
    'another replica takes over',
    async () => {
      const shared = { url: leader.databaseUrl, folder: leader.folder, [Symbol.asyncDispose]: async () => undefined }
      const follower = mesh.keep(await startControlProcess(undefined, shared))
      const meanwhile = async () => {
        await leader.kill()
        return follower
      }
      return { follower, meanwhile }
    },
  ],
]

/** What is said of a stage whose proxy had so many of 200 requests fail before it, and every second one afterwards. */
async function judged(failedBefore: number, { follower = leader, meanwhile }: Course, endsAs: string): Promise<string> {
  using web = new AdsProxy(follower.xds, 'web', 1)
  await mesh.settled(1)
  const report = (to: Control, revision: number, requests: number, failed: number) =>
    reportRequests(to.url, web.id, requests, failed, {
      reporter: 'source',
      config_revision: String(revision),
      // They took longer than the caller's proxy lets them: it answers for that itself.
      response_flags: 'UT',
    })
  await report(leader, 0, 200, failedBefore)
  const id = await mesh.begin(route, [], canary)
  const summaryAt = async (control: Control) => (await control.as('editor', 'GET', `/changes/${id}/rollout`)).summary
  const { revision } = await soon(async () => {
    const summary = await summaryAt(leader)
    expect(summary.stages[0].phase).toBe('soaking')
    return summary
  })

  const next = await meanwhile()
  const { stages } = await soon(async () => {
    await report(next, revision, 60, 30)
    const summary = await summaryAt(next)
    expect(summary).toMatchObject({ state: endsAs })
    return summary
  })

  return stages[0].verdict.text
}

test.each(courses)('errors that were there before are not held against a stage when %s', async (_, course) => {
  expect(await judged(100, await course(), 'complete')).toMatch(
    /^50 % of \d+ requests failed, before 50 %; at most 2 points more are allowed$/,
  )
})

test.each(courses)('errors that a stage has brought take it back, in the same words, when %s', async (_, course) => {
  expect(await judged(0, await course(), 'rolled_back')).toMatch(
    /^50 % of \d+ requests from shop\/web to shop\/payments failed, before 0 %; at most 2 points more are allowed$/,
  )
})
