import { Counter, Gauge, type Registry } from 'prom-client'
import type { RateLimiter } from './rate-limiter.ts'

/** What the limits of the mesh decide, by limit; and how much of their memory is used. */
export function limitMetrics(limiter: RateLimiter, registry: Registry): void {
  const registers = [registry]
  new Counter({
    name: 'heddle_rate_limit_decisions_total',
    help: 'Decisions of rate limits of the whole mesh; result is ok, over_limit, or shadow_over_limit',
    labelNames: ['limit', 'result'],
    registers,
    collect() {
      this.reset()
      for (const [limit, { passed, refused, shadowed }] of limiter.tallies) {
        this.inc({ limit, result: 'ok' }, passed)
        this.inc({ limit, result: 'over_limit' }, refused)
        this.inc({ limit, result: 'shadow_over_limit' }, shadowed)
      }
    },
  })
  new Gauge({
    name: 'heddle_rate_limit_counters',
    help: 'Values that rate limits count now',
    registers,
    collect() {
      this.set(limiter.size)
    },
  })
  new Counter({
    name: 'heddle_rate_limit_counters_evicted_total',
    help: 'Values whose count was forgotten because there were too many',
    registers,
    collect() {
      this.reset()
      this.inc(limiter.evicted)
    },
  })
}
