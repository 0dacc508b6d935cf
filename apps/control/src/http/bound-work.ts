import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Turns } from '../load/turns.ts'
import { WorkBudget } from '../load/work-budget.ts'
import { WorkMeter, withMeter } from '../load/work-meter.ts'
import { TooMuchWork } from './too-much-work.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * What it costs depends on what is sent: it is charged to who asks. `in-turn`: and it waits its turn, as nothing else in
     * it takes long.
     */
    work?: 'charged' | 'in-turn'
  }
}

type Limits = { readonly budget: WorkBudget; readonly turns: Turns }
type Bound = { readonly limits: Limits; readonly meter: WorkMeter; endTurn?: (tookMs: number) => void }

const bounds = new WeakMap<FastifyRequest, Bound>()

/**
 * One thread serves everybody, and reading a large text takes it for a tenth of a second. Nobody may have it for themselves,
 * however often they ask.
 */
export function boundWork(app: FastifyInstance): void {
  const limits = { budget: new WorkBudget(), turns: new Turns() }
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.routeOptions.config.work === undefined) return done()
    const meter = new WorkMeter()
    bounds.set(request, { limits, meter })
    withMeter(meter, done)
  })
  // Also when it was refused, or its client has left.
  app.addHook('onResponse', async (request) => end(request))
  app.addHook('onRequestAbort', async (request) => end(request))
}

/** Lets a request of a person begin; throws `TooMuchWork` when they have had their share. */
export async function beginWork(request: FastifyRequest, personId: string): Promise<void> {
  const bound = bounds.get(request)
  if (bound === undefined) return
  const { budget, turns } = bound.limits
  const waitMs = budget.waitMs(personId)
  if (waitMs > 0) throw new TooMuchWork(waitMs)
  bound.meter.charge = (ms) => budget.spend(personId, ms)
  if (request.routeOptions.config.work !== 'in-turn') return
  if (turns.isFull(personId)) throw new TooMuchWork(1000)
  const endTurn = await turns.take(personId)
  bound.endTurn = endTurn
  // Nobody waits for it any more, or it took too much by what came before it.
  const laterMs = bounds.has(request) ? budget.waitMs(personId) : 1
  if (laterMs === 0) return
  end(request)
  endTurn(0)
  throw new TooMuchWork(laterMs)
}

function end(request: FastifyRequest): void {
  const bound = bounds.get(request)
  bounds.delete(request)
  bound?.endTurn?.(bound.meter.ms)
}
