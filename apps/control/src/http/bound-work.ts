import type { ServerResponse } from 'node:http'
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
type Bound = {
  readonly limits: Limits
  readonly meter: WorkMeter
  readonly response: ServerResponse
  /** Answered, or its client has left. */
  isOver: boolean
  endTurn: ((tookMs: number) => void) | undefined
}

const bounds = new WeakMap<FastifyRequest, Bound>()

/**
 * One thread serves everybody, and reading a large text takes it for a tenth of a second. Nobody may have it for themselves,
 * however often they ask.
 */
export function boundWork(app: FastifyInstance): void {
  const limits = { budget: new WorkBudget(), turns: new Turns() }
  app.addHook('preHandler', (request, { raw: response }, done) => {
    if (request.routeOptions.config.work === undefined) return done()
    const meter = new WorkMeter()
    const bound: Bound = { limits, meter, response, isOver: false, endTurn: undefined }
    bounds.set(request, bound)
    // Comes also when it was refused, or its client has left; Fastify's own hooks do not when one leaves before the answer,
    // and a turn that never ends stops everybody.
    response.once('close', () => end(bound))
    withMeter(meter, done)
  })
}

/** Lets a request of a person begin; throws `TooMuchWork` when they have had their share. */
export async function beginWork(request: FastifyRequest, personId: string): Promise<void> {
  const bound = bounds.get(request)
  if (bound === undefined) return
  const { budget, turns } = bound.limits
  // Closed before anybody listened.
  if (bound.response.destroyed) bound.isOver = true
  const waitMs = budget.waitMs(personId)
  if (waitMs > 0) throw new TooMuchWork(waitMs)
  bound.meter.charge = (ms) => budget.spend(personId, ms)
  if (request.routeOptions.config.work !== 'in-turn') return
  if (turns.isFull(personId)) throw new TooMuchWork(1000)
  const endTurn = await turns.take(personId)
  // Nobody waits for it any more, or it took too much by what came before it.
  const laterMs = bound.isOver ? 1 : budget.waitMs(personId)
  if (laterMs > 0) {
    endTurn(0)
    throw new TooMuchWork(laterMs)
  }
  bound.endTurn = endTurn
}

function end(bound: Bound): void {
  const { endTurn, meter } = bound
  bound.isOver = true
  bound.endTurn = undefined
  endTurn?.(meter.ms)
}
