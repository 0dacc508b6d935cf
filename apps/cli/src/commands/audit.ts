import { AuditEntry, AuditVerification } from '@heddle/shared/api/audit'
import { pageOf } from '@heddle/shared/api/page'
import type { Command } from 'commander'
import { signedInApi } from '../client/api.ts'
import { CliError, exitCodes } from '../client/cli-error.ts'
import { print } from '../output/print.ts'
import { formatOption, type WithFormat } from './format-option.ts'

/** What happened, and whether somebody has tampered with the record of it. */
export function audit(program: Command): void {
  const group = program.command('audit').description('read the audit log, or check it')
  group
    .command('list', { isDefault: true })
    .description('the newest entries')
    .option('--subject <subject>', '"change:<id>", "revision:<n>" …')
    .option('--actor <name>', 'of this person only')
    .addOption(formatOption())
    .action(async ({ format, subject, actor }: WithFormat & { subject?: string; actor?: string }) => {
      const query = new URLSearchParams({ limit: '100', ...(subject ? { subject } : {}), ...(actor ? { actor } : {}) })
      const page = await signedInApi().call(pageOf(AuditEntry), 'GET', `/audit?${query}`)
      print(format, page.items, page.items, [
        ['entry', ({ sequence }) => sequence],
        ['at', ({ at }) => at],
        ['actor', ({ actor: by }) => by],
        ['action', ({ action }) => action],
        ['subject', (entry) => entry.subject],
        ['outcome', ({ outcome }) => outcome],
      ])
    })
  group
    .command('verify')
    .description('recompute the chain of hashes; ends with 1 when an entry was changed, removed or moved')
    .option('--expect <head>', 'entries:hash that an earlier check printed; must still be part of the chain')
    .action(async ({ expect }: { expect?: string }) => {
      const { isIntact, entries, head, firstBad } = await signedInApi().call(
        AuditVerification,
        'GET',
        `/audit/verify${expect === undefined ? '' : `?expect=${encodeURIComponent(expect)}`}`,
      )
      if (!isIntact) {
        throw new CliError(exitCodes.negative, `the audit log was tampered with: entry ${firstBad} does not fit`)
      }
      console.log(`intact: ${entries} entries`)
      console.log(`${entries}:${head}`)
    })
}
