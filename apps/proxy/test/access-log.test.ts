import { expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { configOf } from './harness/start-test-proxy.ts'

function logging(format: Record<string, unknown>): Record<string, unknown> {
  const type = 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog'
  const typed_config = { '@type': type, path: '/dev/null', log_format: format }
  return bootstrap(
    [httpListener([route('up')], { hcm: { access_log: [{ name: 'file', typed_config }] } })],
    [cluster('up', [1])],
  )
}

test('an operator that is not known is refused when the configuration comes, not when a request ends', () => {
  const text = () => configOf(logging({ text_format_source: { inline_string: '%NO_SUCH_THING%\n' } }))
  const json = () => configOf(logging({ json_format: { outer: { inner: '%NO_SUCH_THING%' } } }))

  expect(text).toThrow(/log_format: operator %NO_SUCH_THING%/)
  expect(json).toThrow(/log_format.outer.inner: operator %NO_SUCH_THING%/)
})
