import { eventually } from '@heddle/testkit/eventually'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recallSignals } from '../src/jobs/recall-signals.ts'
import { toMinuteRow } from '../src/signals/minute-row.ts'
import { observed } from '../src/signals/observed-requests.fixture.ts'
import { SignalStore } from '../src/signals/signal-store.ts'
import { openTelemetry } from '../src/signals/telemetry.ts'
import { openStore } from '../src/store/open-store.ts'
import { insertSignalMinutes } from '../src/store/signal-minutes.ts'
import { whileAway } from '../src/store/while-away.ts'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'

let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
})
afterAll(() => control[Symbol.asyncDispose]())

test('a control plane that begins again knows at once how fast an edge usually is, from what is stored', async () => {
  await using store = await whileAway(() => openStore(control.databaseUrl))
  const minute = Math.floor(Date.now() / 60_000) * 60
  const rows = Array.from({ length: 40 }, (_each, index) => {
    const at = minute - 60 * (40 - index)
    const signals = new SignalStore(() => at * 1000)
    signals.receive('one', [observed({ requests: 60, durationMs: 20 })], at)
    const [edge] = [...signals.allEdges()]
    return edge && toMinuteRow(edge, at, 'before', at + 60)
  })
  await insertSignalMinutes(
    store,
    rows.filter((row) => row !== undefined),
  )

  const telemetry = openTelemetry()
  await using _reading = recallSignals(telemetry.earlier, store, telemetry.signals.startedAt)

  const usual = () => telemetry.baseline('svc:shop/checkout>svc:shop/payments')
  await eventually(() => usual() !== undefined)
  expect(usual()).toBeGreaterThan(10)
  expect(usual()).toBeLessThan(30)
})
