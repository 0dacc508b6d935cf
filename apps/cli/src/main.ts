#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { CliError, exitCodes } from './client/cli-error.ts'
import { apply } from './commands/apply.ts'
import { approve } from './commands/approve.ts'
import { audit } from './commands/audit.ts'
import { change } from './commands/change.ts'
import { completion } from './commands/completion.ts'
import { deletePolicies } from './commands/delete.ts'
import { get } from './commands/get.ts'
import { login } from './commands/login.ts'
import { proxies } from './commands/proxies.ts'
import { proxyBootstrap } from './commands/proxy-bootstrap.ts'
import { rehearse } from './commands/rehearse.ts'
import { requests } from './commands/requests.ts'
import { revisions } from './commands/revisions.ts'
import { rollout } from './commands/rollout.ts'
import { tokens } from './commands/tokens.ts'
import { top } from './commands/top.ts'
import { printable } from './output/table.ts'

const program = new Command('heddle')
  .description('The Heddle service mesh from the command line: see, propose, approve, roll out, undo.')
  .version('0.1.0')
  .showHelpAfterError('(see --help)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Exit codes: 0 done · 1 the answer is no (difference, failed rollout) · 2 wrong call · 3 refused by the control plane
            4 not signed in or not allowed · 5 not found · 6 control plane unreachable

Environment: HEDDLE_SERVER, HEDDLE_TOKEN instead of the file that \`heddle login\` writes`,
  )

for (const add of [
  login,
  get,
  apply,
  deletePolicies,
  rehearse,
  change,
  approve,
  rollout,
  revisions,
  proxies,
  proxyBootstrap,
  top,
  requests,
  audit,
  tokens,
  completion,
])
  add(program)

// Whoever reads the output may have seen enough, as `head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error)
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  if (error instanceof CliError) {
    console.error(`heddle: ${printable(error.message)}`)
    for (const line of error.lines) console.error(`  ${printable(line)}`)
    if (error.hint) console.error(`  → ${printable(error.hint)}`)
    return error.exitCode
  }
  throw error
}
