import { AuditEntry, AuditVerification } from '@heddle/shared/api/audit'
import { ChangeSummary } from '@heddle/shared/api/changes'
import { pageOf } from '@heddle/shared/api/page'
import { AuditKind, type AuditQuery } from '@heddle/shared/api/queries'
import { type Command, Option } from 'commander'
import { type Api, signedInApi } from '../client/api.ts'
import { CliError, exitCodes } from '../client/cli-error.ts'
import { findChange } from '../client/find-change.ts'
import { parseCount } from '../client/parse-count.ts'
import { parseInstant } from '../client/parse-instant.ts'
import { formatOption, type WithFormat } from '../output/format-option.ts'
import { print } from '../output/print.ts'

type AuditOptions = Omit<AuditQuery, 'cursor'>

/** What happened, and whether somebody has tampered with the record of it. */
export function audit(program: Command): void {
  const group = program.command('audit').description('read the audit log, or check it')
  group
    .command('list', { isDefault: true })
    .description('the newest entries, newest first')
    .option('--subject <subject>', '"change:2", "revision:3", "service:shop/payments" …')
    .addOption(new Option('--kind <kind>', 'about these only').choices(AuditKind.options))
    .option('--object <kind/namespace/name>', 'of the changes and revisions that touched this policy')
    .option('--actor <name>', 'of this person only')
    .option('--action <action>', 'as change.approved, or change for all of that family')
    .addOption(new Option('--outcome <outcome>', 'how it ended').choices(['done', 'denied', 'failed']))
    .option('--since <time>', 'not before this time, as 2026-01-31T12:00:00Z, or so long ago, as 7d', parseInstant)
    .option('--until <time>', 'before this time only', parseInstant)
    .option('--limit <n>', 'at most so many, 1 to 500', parseCount('--limit', 500), 100)
    .addOption(formatOption())
    .action(async ({ format, subject, ...asked }: WithFormat & AuditOptions) => {
      const api = signedInApi()
      const query = new URLSearchParams()
      for (const [name, value] of Object.entries(asked)) query.set(name, String(value))
      if (subject !== undefined) query.set('subject', await exactSubject(api, subject))
      const page = await api.call(pageOf(AuditEntry), 'GET', `/audit?${query}`)
      const numbers = format === 'table' ? await changeNumbers(api) : new Map()
      print(format, page.items, page.items, [
        ['entry', ({ sequence }) => sequence],
        ['at', ({ at }) => at],
        ['actor', ({ actor: by }) => by],
        ['action', ({ action }) => action],
        ['subject', (entry) => numbers.get(entry.subject) ?? entry.subject],
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

/** Entries name changes by their ids, people by their numbers. */
async function exactSubject(api: Api, subject: string): Promise<string> {
  const [, named] = /^change:(#?\d+)$/.exec(subject) ?? []
  return named === undefined ? subject : `change:${(await findChange(api, named)).id}`
}

/** Of the newest changes, which the newest entries are about. */
async function changeNumbers(api: Api): Promise<Map<string, string>> {
  const { items } = await api.call(pageOf(ChangeSummary), 'GET', '/changes?limit=100')
  return new Map(items.map(({ id, number }) => [`change:${id}`, `change:${number}`]))
}
