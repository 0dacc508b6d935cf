import type { TestControl } from './start-test-control.ts'

/** Writes 1,500 services into the namespace of the shop, as many as a large mesh has. The control plane sees them a moment later. */
export async function fillMesh(control: TestControl): Promise<void> {
  await control.sql(`INSERT INTO catalog_objects (kind, namespace, name, sequence, object)
    SELECT 'Service', 'shop', 'made-' || n, n, jsonb_build_object('apiVersion', 'v1', 'kind', 'Service',
      'metadata', jsonb_build_object('name', 'made-' || n, 'namespace', 'shop'),
      'spec', jsonb_build_object('selector', jsonb_build_object('app', 'made-' || n), 'ports', jsonb_build_array(jsonb_build_object('name', 'http', 'port', 8080))))
    FROM generate_series(1, 1500) n`)
  await control.sql('UPDATE head SET catalog_sequence = catalog_sequence + 2000')
}
