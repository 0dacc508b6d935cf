import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { AdsProxy } from './harness/ads-proxy.ts'
import { startControlProcess } from './harness/control-process.ts'

test('a control plane that starts while its database does not answer serves nothing until it has read the mesh, and then comes up by itself', async () => {
  await using control = await startControlProcess()
  await control.as('editor', 'PUT', '/catalog/services/shop/payments', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'payments', namespace: 'shop' },
    spec: { selector: { app: 'payments' }, ports: [{ name: 'http', port: 8080 }] },
  })
  using proxy = new AdsProxy(control.xds, 'payments', 1)
  await eventually(() => proxy.isSynced)
  await control.kill()
  const client = new Client({ connectionString: control.databaseUrl })
  await client.connect()
  // Nobody can read where the mesh stands; everything before it in the start can be read.
  await client.query('BEGIN; LOCK TABLE head IN ACCESS EXCLUSIVE MODE')

  const starting = control.start()
  const first = await Promise.race([starting.then(() => 'serving'), delay(6000).then(() => 'waiting')])
  const isServedEarly = proxy.isSynced
  await client.query('COMMIT')
  await client.end()
  await starting
  const { items } = await control.as('editor', 'GET', '/catalog/services')

  expect([first, isServedEarly]).toEqual(['waiting', false])
  expect(items).toHaveLength(1)
  await eventually(() => proxy.isSynced)
})
