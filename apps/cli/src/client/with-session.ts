import { Session } from '@heddle/shared/api/session'
import { type Api, apiAt, refusal, send } from './api.ts'
import { CliError, exitCodes } from './cli-error.ts'

/** Signs in with a password for as long as `run` takes, and out again whatever becomes of it. Throws `CliError`. */
export async function withSession<Result>(
  { server, username, password }: { readonly server: string; readonly username: string; readonly password: string },
  run: (api: Api, session: Session) => Promise<Result>,
): Promise<Result> {
  const { origin } = new URL(server)
  const response = await send(server, 'POST', '/session', { origin }, { username, password })
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw refusal(response.status, body)
  const cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0]
  if (!cookie) throw new CliError(exitCodes.unavailable, 'the control plane set no session cookie')
  const session = Session.parse(body)
  const credentials = { cookie, 'x-heddle-csrf': session.csrfToken, origin }
  try {
    return await run(apiAt(server, credentials), session)
  } finally {
    // A session that cannot be ended ends by itself.
    await send(server, 'DELETE', '/session', credentials, undefined).catch(() => undefined)
  }
}
