import { waitForTurn } from '../../apps/cli/src/client/wait-for-turn.ts'
import { PlainError } from '../task-list.mjs'

/** Calls the control plane as a signed-in person. */
export type MeshClient = { call(method: string, path: string, body?: unknown): Promise<unknown> }

export async function signIn(controlUrl: string, username: string, password: string): Promise<MeshClient> {
  const session = await exchange(controlUrl, 'POST', '/session', {}, { username, password })
  const cookie = session.cookie
  if (cookie === undefined) throw new PlainError(`signing in as ${username} set no cookie`)
  const { csrfToken } = session.body as { csrfToken: string }
  return {
    async call(method, path, body) {
      return (await exchange(controlUrl, method, path, { cookie, 'x-heddle-csrf': csrfToken }, body)).body
    },
  }
}

async function exchange(
  controlUrl: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: unknown,
): Promise<{ body: unknown; cookie: string | undefined }> {
  // Two systems that start on one small machine have databases that are slow at first.
  const response = await waitForTurn(() =>
    fetch(`${controlUrl}/api/v1${path}`, {
      method,
      headers: {
        ...headers,
        origin: controlUrl,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    }),
  )
  const text = await response.text()
  if (!response.ok) throw new PlainError(`${method} ${path}: ${response.status} ${text.slice(0, 600)}`)
  return {
    body: text === '' ? undefined : JSON.parse(text),
    cookie: response.headers.getSetCookie()[0]?.split(';', 1)[0],
  }
}
