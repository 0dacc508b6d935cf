import { Session } from '@heddle/shared/api/session'
import { queryOptions } from '@tanstack/react-query'
import { anything } from './anything.ts'
import { keepCsrfToken, readSession, requestJson } from './request-json.ts'

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => readSession(signal),
  staleTime: 60_000,
})

export async function signIn(username: string, password: string): Promise<Session> {
  const session = await requestJson(Session, '/session', { method: 'POST', body: { username, password } })
  keepCsrfToken(session.csrfToken)
  return session
}

export async function signOut(): Promise<void> {
  await requestJson(anything, '/session', { method: 'DELETE' })
  keepCsrfToken(undefined)
}
