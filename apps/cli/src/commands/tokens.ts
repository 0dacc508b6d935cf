import { Role, Session } from '@heddle/shared/api/session'
import { NewToken, type Token } from '@heddle/shared/api/tokens'
import { type Command, Option } from 'commander'
import { signedInApi } from '../client/api.ts'
import { CliError, exitCodes } from '../client/cli-error.ts'
import { parseCount } from '../client/parse-count.ts'
import { readPassword } from '../client/read-password.ts'
import { allTokens, revokeToken } from '../client/tokens.ts'
import { withSession } from '../client/with-session.ts'
import { formatOption, type WithFormat } from '../output/format-option.ts'
import { print } from '../output/print.ts'
import { printable } from '../output/table.ts'

/** API tokens: which there are, a new one, and the end of one. */
export function tokens(program: Command): void {
  const group = program.command('tokens').description('list, make or revoke API tokens')
  group
    .command('list', { isDefault: true })
    .description('your tokens; for an admin, those of everybody')
    .option('--owner <name>', 'of this person only')
    .addOption(formatOption())
    .action(async ({ format, owner }: WithFormat & { owner?: string }) => {
      const all = await allTokens(signedInApi(), owner)
      print(format, all, all, [
        ['id', ({ id }) => id],
        ['name', ({ name, isCurrent }) => `${name}${isCurrent ? ' *' : ''}`],
        ['role', ({ role }) => role],
        ['owner', ({ owner: by }) => by],
        ['created', ({ createdAt }) => createdAt],
        ['last used', ({ lastUsedAt }) => lastUsedAt],
        ['expires', ({ expiresAt }) => expiresAt],
      ])
    })
  group
    .command('create')
    .description('make a token; its secret goes to standard output, once. Asks for your password')
    .argument('<name>', 'what it is for')
    .addOption(new Option('--role <role>', 'the most it may do').choices(Role.options).default('viewer'))
    .option('--days <n>', 'how long it lasts, 1 to 365', parseCount('--days', 365), 90)
    .option('--password-stdin', 'read the password from standard input')
    .addOption(formatOption())
    .action(create)
  group
    .command('revoke')
    .description('end a token at once')
    .argument('<token>', 'its id or name')
    .action(async (named: string) => {
      const api = signedInApi()
      const { id, name } = oneOf(await allTokens(api), named)
      await revokeToken(api, id)
      console.log(`revoked ${printable(name)} (${id})`)
    })
}

type CreateOptions = WithFormat & { readonly role: Role; readonly days: number; readonly passwordStdin?: boolean }

async function create(name: string, { role, days, format, passwordStdin }: CreateOptions): Promise<void> {
  const api = signedInApi()
  const { user } = await api.call(Session, 'GET', '/session')
  const password = await readPassword(passwordStdin === true)
  const made = await withSession({ server: api.server, username: user.username, password }, (signedIn) =>
    signedIn.call(NewToken, 'POST', '/tokens', { body: { name, role, expiresInDays: days } }),
  )
  if (format !== 'table') return print(format, made, [], [])
  console.error(`${printable(made.name)} (${made.role}) until ${made.expiresAt}; its secret is shown this once:`)
  console.log(made.secret)
}

function oneOf(all: readonly Token[], named: string): Token {
  const byId = all.find(({ id }) => id === named)
  const [first, ...others] = byId === undefined ? all.filter(({ name }) => name === named) : [byId]
  if (first === undefined) {
    throw new CliError(exitCodes.notFound, `no token ${named}`, { hint: '`heddle tokens` lists them' })
  }
  if (others.length === 0) return first
  throw new CliError(exitCodes.usage, `${others.length + 1} tokens are called ${named}`, {
    lines: [first, ...others].map(({ id, owner, createdAt }) => `${id} of ${owner}, made ${createdAt}`),
    hint: 'name one by its id',
  })
}
