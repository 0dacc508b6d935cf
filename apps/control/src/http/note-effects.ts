import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type RequestEffect, requestEffect } from '../store/request-effect.ts'

const effects = new WeakMap<FastifyRequest, RequestEffect>()

/** The rest of each request runs inside: its transactions note that they had an effect. */
export function noteEffects(app: FastifyInstance): void {
  app.addHook('preHandler', (request, _reply, done) => {
    const effect = { mayHaveChanged: false }
    effects.set(request, effect)
    requestEffect.run(effect, done)
  })
}

export function mayHaveChanged(request: FastifyRequest): boolean {
  return effects.get(request)?.mayHaveChanged ?? false
}
