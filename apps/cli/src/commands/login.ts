import { hostname } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { NewToken } from '@heddle/shared/api/tokens'
import type { Command } from 'commander'
import { apiAt } from '../client/api.ts'
import { CliError, exitCodes } from '../client/cli-error.ts'
import { type CliConfig, readStored, removeConfig, writeConfig } from '../client/config.ts'
import { parseServer } from '../client/parse-server.ts'
import { readPassword } from '../client/read-password.ts'
import { revokeOwnToken } from '../client/tokens.ts'
import { withSession } from '../client/with-session.ts'
import { printable } from '../output/table.ts'

export function login(program: Command): void {
  program
    .command('login')
    .description('sign in and store a token for this machine, in place of the one before')
    .option('-s, --server <url>', 'control plane address', process.env.HEDDLE_SERVER ?? 'http://127.0.0.1:4000')
    .option('-u, --username <name>', 'who; asked for when left out')
    .option('--password-stdin', 'read the password from standard input')
    .action(async (options: { server: string; username?: string; passwordStdin?: boolean }) => {
      const server = parseServer(options.server)
      const username = options.username ?? (await ask('username: '))
      const password = await readPassword(options.passwordStdin === true)
      const before = readStored()
      await withSession({ server, username, password }, async (api, { user }) => {
        const token = await api.call(NewToken, 'POST', '/tokens', {
          body: { name: `heddle on ${hostname().slice(0, 40) || 'this machine'}`, role: user.role, expiresInDays: 30 },
        })
        const file = writeConfig({ server, token: token.secret, username })
        console.log(`signed in to ${server} as ${printable(user.displayName)} (${user.role}); token in ${file}`)
      })
      // Nobody has it any more. Where its server is away it ends by itself.
      if (before !== undefined) await revoke(before).catch(() => undefined)
    })

  program
    .command('logout')
    .description('revoke the stored token and forget it')
    .action(async () => {
      const stored = readStored()
      removeConfig()
      if (stored === undefined) return console.log('nobody was signed in')
      try {
        await revoke(stored)
      } catch (error) {
        // It is over already.
        if (error instanceof CliError && error.exitCode === exitCodes.forbidden) return
        throw error instanceof CliError
          ? new CliError(error.exitCode, `the token is forgotten here, and was not revoked: ${error.message}`, {
              hint: '`heddle tokens revoke` or the console ends it',
            })
          : error
      }
    })
}

function revoke({ server, token }: CliConfig): Promise<void> {
  return revokeOwnToken(apiAt(server, { authorization: `Bearer ${token}` }))
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
