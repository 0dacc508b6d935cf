import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type AccessRules, whoAsks } from '../access/who-asks.ts'
import { canonicalJson } from '../store/canonical-json.ts'
import { claimInProgress } from '../store/claim-in-progress.ts'
import { claimKey, claimOf, forgetKey, keepAnswer, releaseKey } from '../store/idempotent-answers.ts'
import { HttpRefusal } from './http-refusal.ts'
import { toProblem } from './to-problem.ts'

const pollMs = 50
const waitMaxMs = 10_000

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The answer holds a secret that is told once: it is not kept. */
    isTellingSecret?: boolean
    /** It only tells something: to ask twice does no harm, and to keep its answers would take the database's room. */
    isOnlyTelling?: boolean
  }
}

const claimed = new WeakMap<FastifyRequest, string>()

/**
 * `Idempotency-Key` on POST: the same request again, within a day and from the same session or token, gets the answer of the
 * first, and nothing happens twice. Failures of ours are not kept, and neither is a refusal for want of rights.
 *
 * Keys of nobody are passed over: each is a row for a day, and whoever is not known must not fill the database with them.
 * To sign in twice does no harm.
 */
export function keepAnswers(app: FastifyInstance, access: AccessRules): void {
  const { store } = access
  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key']
    if (request.method !== 'POST' || key === undefined || request.routeOptions.config.isOnlyTelling === true) return
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(key)) {
      throw new HttpRefusal('invalid_body', 'Idempotency-Key is not 1 to 128 visible characters')
    }
    // A token that was revoked, or a session that ended, is nobody's: what it was answered before is not told again either.
    if ((await whoAsks(access, request.headers)).person === undefined) return
    const { authorization = '', cookie = '' } = request.headers
    const id = digest([authorization, cookie, request.url, key].join('\n'))
    const bodyHash = digest(canonicalJson(request.body ?? null))
    for (let waited = 0; ; waited += pollMs) {
      const known = await claimKey(store, id, bodyHash)
      switch (known.kind) {
        case 'first':
          claimed.set(request, id)
          return
        case 'answered':
          return reply
            .status(known.status)
            .header('content-type', known.status >= 400 ? 'application/problem+json' : 'application/json')
            .header('idempotency-replayed', 'true')
            .send(known.body)
        case 'done':
          throw new HttpRefusal('wrong_state', 'the first request of this key was done; its answer got lost', {
            hint: 'read what it made; do not send it again with another key',
          })
        case 'other-body':
          throw new HttpRefusal('wrong_state', 'this Idempotency-Key was used for another body', {
            hint: 'take a new key for a new request',
          })
        case 'pending':
          if (waited >= waitMaxMs)
            throw new HttpRefusal('wrong_state', 'the first request of this key is not answered yet')
          await delay(pollMs)
      }
    }
  })
  // The rest of the request runs inside: its transactions note that they had an effect.
  app.addHook('preHandler', (request, _reply, done) => {
    const id = claimed.get(request)
    if (id === undefined) done()
    else claimInProgress.run(claimOf(id), done)
  })
  app.addHook('onSend', async (request, reply, payload) => {
    const id = claimed.get(request)
    if (id === undefined) return
    claimed.delete(request)
    // The answer goes out in any case; a key that could not be written is a key that nobody used.
    const isSecret = request.routeOptions.config.isTellingSecret === true && reply.statusCode < 300
    const keeping = isSecret ? keepTold(access, id, request.id) : keep(access, id, reply.statusCode, payload)
    await keeping.catch(() => undefined)
  })
}

/** Instead of the secret, that it was told. */
function keepTold({ store }: AccessRules, id: string, requestId: string): Promise<void> {
  const told = new HttpRefusal(
    'wrong_state',
    'the first request of this key was done; what it told is told only once',
    {
      hint: 'revoke what it made, and take a new key',
    },
  )
  const problem = toProblem(told, requestId)
  return keepAnswer(store, id, problem.status, JSON.stringify(problem))
}

async function keep({ store }: AccessRules, id: string, status: number, payload: unknown): Promise<void> {
  if (status >= 500) return releaseKey(store, id)
  // With other rights it may well be allowed.
  if (status === 401 || status === 403 || typeof payload !== 'string') return forgetKey(store, id)
  return keepAnswer(store, id, status, payload)
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
