import { createInterface } from 'node:readline/promises'
import { Session, Token } from '@heddle/shared/api/session'
import type { Command } from 'commander'
import { apiAt, refusal, send } from '../client/api.ts'
import { CliError, exitCodes } from '../client/cli-error.ts'
import { removeConfig, writeConfig } from '../client/config.ts'
import { readPassword } from '../client/read-password.ts'

export function login(program: Command): void {
  program
    .command('login')
    .description('sign in and store a token for this machine')
    .option('-s, --server <url>', 'control plane address', process.env.HEDDLE_SERVER ?? 'http://127.0.0.1:4000')
    .option('-u, --username <name>')
    .option('--password-stdin', 'read the password from standard input')
    .action(async (options: { server: string; username?: string; passwordStdin?: boolean }) => {
      const username = options.username ?? (await ask('username: '))
      const password = await readPassword(options.passwordStdin === true)
      const { session, cookie } = await signIn(options.server, username, password)
      const credentials = { cookie, 'x-heddle-csrf': session.csrfToken, origin: new URL(options.server).origin }
      const api = apiAt(options.server, credentials)
      const token = await api.call(Token, 'POST', '/tokens', {
        body: {
          name: `heddle on ${process.env.HOSTNAME ?? 'this machine'}`,
          role: session.user.role,
          expiresInDays: 30,
        },
      })
      if (!token.secret) throw new CliError(exitCodes.unavailable, 'the control plane gave no token')
      const file = writeConfig({ server: options.server, token: token.secret, username })
      await send(options.server, 'DELETE', '/session', credentials, undefined)
      console.log(
        `signed in to ${options.server} as ${session.user.displayName} (${session.user.role}); token in ${file}`,
      )
    })

  program
    .command('logout')
    .description('forget the stored token')
    .action(() => removeConfig())
}

async function signIn(
  server: string,
  username: string,
  password: string,
): Promise<{ session: Session; cookie: string }> {
  const response = await send(server, 'POST', '/session', { origin: new URL(server).origin }, { username, password })
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw refusal(response.status, body)
  const cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0]
  if (!cookie) throw new CliError(exitCodes.unavailable, 'the control plane set no session cookie')
  return { session: Session.parse(body), cookie }
}

async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw new CliError(exitCodes.usage, 'no username', { hint: 'give --username' })
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question(question)
  } finally {
    terminal.close()
  }
}
