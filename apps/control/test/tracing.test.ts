import { expect, test, vi } from 'vitest'
import { startControlProcess } from './harness/control-process.ts'

test('the control plane reports spans of its own API to a receiver of OTLP, which it can be itself', async () => {
  await using mesh = await startControlProcess((url) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  }))

  await mesh.as('editor', 'GET', '/revisions')

  await vi.waitFor(
    async () => {
      const { items } = await mesh.as('editor', 'GET', '/traces')
      expect(items).toContainEqual(
        expect.objectContaining({ name: 'GET /api/v1/revisions', service: 'heddle-control', spans: 1, errors: 0 }),
      )
    },
    { timeout: 30_000, interval: 100 },
  )
})
