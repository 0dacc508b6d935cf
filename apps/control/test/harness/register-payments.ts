import type { TestControl } from './start-test-control.ts'

/** The service that policies of tests are about: one HTTP port. */
export async function registerPayments(control: TestControl): Promise<void> {
  await control.as('editor', 'PUT', '/catalog/services/shop/payments', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'payments', namespace: 'shop' },
    spec: { selector: { app: 'payments' }, ports: [{ name: 'http', port: 8080 }] },
  })
}
