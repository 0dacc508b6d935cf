import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { address, bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { ads, answer, bootstrapOf, listeningAt, ofRoutes, startOurs, table, twoUpstreams } from './harness/over-xds.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'
import { startXdsServer } from './harness/xds-server.ts'

// What happens while a configuration is on its way: here to an endpoint that lets its first health check wait.

type Json = Record<string, unknown>

test('a secret whose time is over while a configuration is on its way does not bring the one before it back', async () => {
  await using upstreams = await twoUpstreams()
  await using silent = await startRawUpstream(() => undefined)
  const { a, b } = upstreams
  const before = [cluster('a', [a]), cluster('b', [b])]
  await using proxy = await startTestProxy(bootstrap([httpListener([route('a')]), waiting()], before))

  await proxy.apply(bootstrap([httpListener([route('b')]), waiting()], [...before, checked(silent.port, '1s')]))
  const isOverdueMeanwhile = proxy.traffic.listeners().has('waits') === false
  await eventually(() => proxy.traffic.listeners().has('waits'))

  expect(isOverdueMeanwhile).toBe(true)
  expect((await proxy.get('/')).body).toBe('b')
})

test('what a stream brought at its end, and the control plane took back before the next one, goes', async () => {
  await using upstreams = await twoUpstreams()
  await using silent = await startRawUpstream(() => undefined)
  await using server = await startXdsServer()
  const { a, b } = upstreams
  server.set('Cluster', [cluster('a', [a])])
  server.set('Listener', [ofRoutes('routes', ads)])
  server.set('RouteConfiguration', [table('routes', [['/', 'a']])])
  await using side = await startOurs(bootstrapOf(server, ads, 'DELTA_GRPC'))
  const port = await listeningAt(side)
  const clusters = async () => await (await fetch(`http://127.0.0.1:${side.adminPort}/config_dump`)).text()

  // Longer than the pause before another stream.
  server.set('Cluster', [cluster('a', [a]), checked(silent.port, '6s')])
  await eventually(() => silent.connections() > 0)
  server.set('Cluster', [cluster('a', [a]), checked(silent.port, '6s'), cluster('late', [b])])
  server.endStreams()
  server.set('Cluster', [cluster('a', [a]), cluster('after', [b])])
  await eventually(async () => (await clusters()).includes('"after"'))

  expect(await clusters()).not.toContain('"late"')
  expect(await answer(port, '/')).toBe('200 a')
})

test('a listener that is open while others still open has its routes', async () => {
  await using upstreams = await twoUpstreams()
  const clusters = [cluster('a', [upstreams.a])]
  const port = await refusingPort()
  const others = Array.from({ length: 1500 }, (_, index) => ({ ...httpListener([route('a')]), name: `other-${index}` }))
  await using proxy = await startTestProxy(bootstrap([httpListener([route('a')])], clusters))
  const early = { ...httpListener([route('a')], { hcm: named('early') }), name: 'early', address: address(port) }
  const answers: string[] = []
  let isOver = false

  const done = proxy.apply(bootstrap([httpListener([route('a')]), early, ...others], clusters)).finally(() => {
    isOver = true
  })
  while (!isOver) answers.push(await answer(port, '/').catch(() => 'refused'))
  await done

  expect(new Set(answers.filter((each) => each !== 'refused'))).toEqual(new Set(['200 a']))
})

function named(name: string): Json {
  return { route_config: { name, virtual_hosts: [{ name: 'all', domains: ['*'], routes: [route('a')] }] } }
}

function checked(port: number, timeout: string): Json {
  const http_health_check = { path: '/' }
  const check = { timeout, interval: '60s', unhealthy_threshold: 1, healthy_threshold: 1, http_health_check }
  return cluster('checked', [port], { health_checks: [check] })
}

/** Its certificate never comes, and it waits for that less long than the health check lets others wait. */
function waiting(): Json {
  const source = { path_config_source: { path: '/nowhere/secret.yaml' }, initial_fetch_timeout: '0.3s' }
  const common_tls_context = { tls_certificate_sds_secret_configs: [{ name: 'own', sds_config: source }] }
  const type = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext'
  const listener = httpListener([route('a')])
  const [chain] = listener.filter_chains as Json[]
  const transport_socket = { name: 'tls', typed_config: { '@type': type, common_tls_context } }
  return { ...listener, name: 'waits', address: address(0), filter_chains: [{ ...chain, transport_socket }] }
}
