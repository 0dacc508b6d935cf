import { Problem } from '@heddle/shared/api/problem'
import { Session } from '@heddle/shared/api/session'
import { ApiProblem } from './api-problem.ts'
import { ControlUnreachable } from './control-unreachable.ts'
import { noteStaleSince } from './stale/stale-since.ts'
import { UnexpectedAnswer } from './unexpected-answer.ts'

/** Reads an answer strictly; every schema of the contract is one. */
export type Schema<Answer> = { readonly parse: (value: unknown) => Answer }

export type JsonRequest = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  readonly query?: Readonly<Record<string, string | number | undefined>>
  /** The version that was edited; the control plane refuses when it is not the latest. */
  readonly ifMatch?: string
  readonly signal?: AbortSignal
}

const limitMs = 30_000

/** What the session said; every unsafe request carries it. */
let csrfToken: string | undefined

/**
 * Asks the control plane, same origin, under /api/v1, and answers with the contract's type.
 *
 * A token that the control plane no longer knows is fetched again once: another tab may have signed in anew.
 */
export async function requestJson<Answer>(
  schema: Schema<Answer>,
  path: string,
  request: JsonRequest = {},
): Promise<Answer> {
  const isUnsafe = (request.method ?? 'GET') !== 'GET'
  const isSigningIn = path === '/session' && request.method === 'POST'
  if (isUnsafe && !isSigningIn && csrfToken === undefined) await readSession(request.signal)
  try {
    return await send(schema, path, request)
  } catch (error) {
    if (!(error instanceof ApiProblem && error.code === 'csrf')) throw error
    await readSession(request.signal)
    return send(schema, path, request)
  }
}

/** Who is signed in. Keeps the token of the session for later requests. */
export async function readSession(signal?: AbortSignal): Promise<Session> {
  const session = await send(Session, '/session', signal ? { signal } : {})
  csrfToken = session.csrfToken
  return session
}

/** Forgets or replaces the token, when somebody signs in or out. */
export function keepCsrfToken(token: string | undefined): void {
  csrfToken = token
}

async function send<Answer>(schema: Schema<Answer>, path: string, request: JsonRequest): Promise<Answer> {
  const { method = 'GET', body, query = {}, ifMatch, signal } = request
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  )
  const limit = AbortSignal.timeout(limitMs)
  const response = await fetch(`/api/v1${path}${search.size > 0 ? `?${search}` : ''}`, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      ...(method === 'GET' || csrfToken === undefined ? {} : { 'x-heddle-csrf': csrfToken }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error
    throw new ControlUnreachable(error)
  })
  // Only what the control plane itself has written says how its database is.
  if (response.headers.has('x-request-id')) noteStaleSince(response.headers.get('x-stale-since'))
  // 204 has no content (RFC 9110, 15.3.5).
  const answer: unknown =
    response.status === 204
      ? undefined
      : await response.json().catch((error: unknown) => {
          throw new ControlUnreachable(error)
        })
  if (!response.ok) throw toProblem(answer, response.status)
  try {
    return schema.parse(answer)
  } catch (error) {
    throw new UnexpectedAnswer(path, error)
  }
}

function toProblem(answer: unknown, status: number): Error {
  const problem = Problem.safeParse(answer)
  return problem.success ? new ApiProblem(problem.data) : new ControlUnreachable(`status ${status}`)
}
