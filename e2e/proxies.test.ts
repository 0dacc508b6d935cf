import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { signedIn, signIns } from './people.ts'

let folder = ''
let proxy: ChildProcess | undefined
// Here and not above: Playwright reads this file in several processes.
test.beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heddle-bare-'))
})
test.afterAll(async () => {
  if (proxy?.exitCode === null) {
    proxy.kill('SIGKILL')
    await once(proxy, 'exit')
  }
  rmSync(folder, { recursive: true })
})

/** The least that a proxy starts from: it names no cluster to report to, and none to ask for limits. */
const bootstrap = {
  node: {
    id: 'sidecar~127.78.250.1~lone-v1-1.shop~shop.svc.cluster.local',
    cluster: 'lone.shop',
    metadata: {
      NAMESPACE: 'shop',
      WORKLOAD_NAME: 'lone-v1',
      SERVICE: 'lone',
      INSTANCE_IPS: ['127.78.250.1'],
      INBOUND: [{ port: 8080, protocol: 'http', app: { address: '127.0.0.1', port: 9 } }],
    },
  },
  dynamic_resources: {
    ads_config: {
      api_type: 'DELTA_GRPC',
      transport_api_version: 'V3',
      grpc_services: [{ envoy_grpc: { cluster_name: 'control' } }],
    },
    cds_config: { ads: {}, resource_api_version: 'V3' },
    lds_config: { ads: {}, resource_api_version: 'V3' },
  },
  static_resources: {
    clusters: [
      {
        name: 'control',
        type: 'STATIC',
        connect_timeout: '1s',
        load_assignment: {
          cluster_name: 'control',
          endpoints: [
            {
              lb_endpoints: [
                { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: 25_010 } } } },
              ],
            },
          ],
        },
        typed_extension_protocol_options: {
          'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
            '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
            explicit_http_config: { http2_protocol_options: {} },
          },
        },
      },
    ],
  },
}

test('a proxy that neither reports nor asks for limits of the mesh is warned of, with what to do', async ({
  browser,
}) => {
  const file = path.join(folder, 'bootstrap.json')
  writeFileSync(file, JSON.stringify(bootstrap))
  proxy = spawn(process.execPath, ['apps/proxy/bin/heddle-proxy.mjs', '-c', file], {
    env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    stdio: 'ignore',
  })

  const page = await signedIn(browser, signIns().editor, '/proxies')
  const row = page.getByRole('row').filter({ hasText: 'lone-v1-1.shop' })
  await expect(row).toContainText('2 warnings')
  await row.getByRole('link', { name: 'lone-v1-1.shop' }).click()

  const warnings = page.getByRole('region', { name: 'Warnings' })
  await expect(warnings).toContainText('It reports nothing')
  await expect(warnings).toContainText('limits of the mesh do not hold at it')
  await expect(warnings).toContainText('node.metadata.RATE_LIMITS.cluster')
})
