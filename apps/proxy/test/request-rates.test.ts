import { eventually } from '@heddle/testkit/eventually'
import { expect } from 'vitest'
import {
  ads,
  answer,
  bootstrapOf,
  eds,
  endpoints,
  forms,
  listeningAt,
  ofRoutes,
  onEachSide,
  own,
  statsOf,
  table,
  twoUpstreams,
} from './harness/over-xds.ts'
import { withEnvoy } from './harness/start-envoy.ts'
import { startXdsServer } from './harness/xds-server.ts'

// `rate_limit_settings`: how fast a control plane is asked and answered.

withEnvoy.for(forms)('over %s nothing is said to a control plane that there is no token for', async (form) => {
  const seen = await onEachSide(async (start) => {
    await using server = await startXdsServer()
    server.set('Cluster', [])
    server.set('Listener', [])
    const slow = own(form, { rate_limit_settings: { max_tokens: 1, fill_rate: 0.001 } })
    await using side = await start(bootstrapOf(server, slow))

    const waits = (list: string) => async () =>
      (await statsOf(side)).includes(`${list}.control_plane.pending_requests: 1`)
    await eventually(waits('cluster_manager.cds'))
    await eventually(waits('listener_manager.lds'))

    const stats = (await statsOf(side)).filter((line) => /ds\.(control_plane\.(rate|pend)|update_success)/.test(line))
    return { said: server.said.map(({ kind, nonce }) => `${kind} ${nonce}`), stats }
  })
  expect(seen.ours).toEqual(seen.envoys)
  // One token each: they are asked for, and the answer is not acknowledged.
  expect(seen.ours.said).toEqual(['Cluster ', 'Listener '])
})

withEnvoy.for(forms)('over %s what waits for a token is said when there is one, and all comes', async (form) => {
  const seen = await onEachSide(async (start) => {
    await using server = await startXdsServer()
    await using upstreams = await twoUpstreams()
    server.set('Cluster', [eds('a', ads)])
    server.set('ClusterLoadAssignment', [endpoints('a', upstreams.a)])
    server.set('Listener', [ofRoutes('routes', ads)])
    server.set('RouteConfiguration', [table('routes', [['/', 'a']])])
    const rate = { rate_limit_settings: { max_tokens: 1, fill_rate: 20 } }
    await using side = await start(bootstrapOf(server, ads, form, rate))

    const served = await answer(await listeningAt(side), '/')
    const acknowledged = () => new Set(server.said.flatMap(({ kind, nonce }) => (nonce === '' ? [] : [kind])))
    await eventually(() => acknowledged().size === 4)
    await eventually(async () => (await statsOf(side)).includes('control_plane.pending_requests: 0'))

    const enforced = (await statsOf(side)).some((line) => /^control_plane.rate_limit_enforced: [1-9]/.test(line))
    return { served, enforced }
  })
  expect(seen.ours).toEqual(seen.envoys)
  expect(seen.ours).toEqual({ served: '200 a', enforced: true })
})
