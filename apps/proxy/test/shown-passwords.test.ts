import { expect, test } from 'vitest'
import { address, bootstrap, cluster, filter, httpListener, route } from './harness/mesh.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

test('users of a listener and of a route are not shown', async () => {
  const type = 'type.googleapis.com/envoy.extensions.filters.http.basic_auth.v3'
  const users = (name: string) => ({ users: { inline_string: `${name}:{SHA}nU4eI71bcnBGqeO0t9tXvY1u5oQ=` } })
  const own = { auth: { '@type': `${type}.BasicAuthPerRoute`, ...users('two') } }
  const routes = [route('up', {}, { prefix: '/' }, { typed_per_filter_config: own })]
  const filters = [filter('auth', { '@type': `${type}.BasicAuth`, ...users('one') })]
  await using proxy = await startWholeProxy({
    ...bootstrap([httpListener(routes, { filters })], [cluster('up', [1])]),
    admin: { address: address(0) },
  })

  const text = await (await fetch(`http://127.0.0.1:${proxy.adminPort}/config_dump`)).text()

  expect(text).not.toContain('{SHA}')
  expect(text.match(/"users": \{\s*"inline_string": "\[redacted\]"/g)).toHaveLength(text.match(/"users"/g)?.length ?? 0)
  expect(text).toContain('"users"')
})
