import { expect, test } from 'vitest'
import { exampleCatalog } from '../snapshot/example-mesh.fixture.ts'
import { indexCatalog } from './catalog-index.ts'
import { type SourceName, sourceAddresses } from './source-addresses.ts'

const index = indexCatalog(exampleCatalog())

test.each<[SourceName, string[]]>([
  [{ kind: 'principal', pattern: 'cluster.local/ns/shop/sa/web' }, ['127.1.1.1']],
  [{ kind: 'principal', pattern: 'spiffe://cluster.local/ns/shop/sa/web' }, ['127.1.1.1']],
  [{ kind: 'principal', pattern: 'cluster.local/ns/bank/*' }, ['127.1.6.1']],
  [{ kind: 'principal', pattern: '*/sa/catalog' }, ['127.1.2.1', '127.1.2.2']],
  // A dot is a dot, and no part of a name matches (CVE-2026-39350).
  [{ kind: 'principal', pattern: 'clusterXlocal/ns/shop/sa/web' }, []],
  [{ kind: 'principal', pattern: 'ns/shop/sa/web' }, []],
  [{ kind: 'namespace', pattern: 'bank' }, ['127.1.6.1']],
  [{ kind: 'namespace', pattern: 'ban' }, []],
  [{ kind: 'service-account', name: 'shop/web', policyNamespace: 'bank' }, ['127.1.1.1']],
  [{ kind: 'service-account', name: 'web', policyNamespace: 'shop' }, ['127.1.1.1']],
  [{ kind: 'service-account', name: 'web', policyNamespace: 'bank' }, []],
])('%j are %j', (name, addresses) => {
  expect(sourceAddresses(index, [name])).toEqual(addresses)
})
