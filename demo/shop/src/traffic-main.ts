// The shop's visitors: `TARGETS=127.77.1.1:8080,127.77.1.2:8080 JOURNEYS_PER_SECOND=12`.
import { generateTraffic } from './traffic/generate-traffic.ts'

const { TARGETS, JOURNEYS_PER_SECOND = '12' } = process.env
const rate = Number(JOURNEYS_PER_SECOND)
if (!TARGETS || !(rate > 0)) {
  console.error('Set TARGETS (host:port, comma separated) and JOURNEYS_PER_SECOND (above 0).')
  process.exit(2)
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
const totals = await generateTraffic({ targets: TARGETS.split(','), journeysPerSecond: rate, signal: stop.signal })
console.log(JSON.stringify(totals))
process.exit(0)
