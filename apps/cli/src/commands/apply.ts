import { randomUUID } from 'node:crypto'
import { ChangeDetail, Revision, ValidationResult } from '@heddle/shared/api/changes'
import { pageOf } from '@heddle/shared/api/page'
import type { Command } from 'commander'
import { type Api, signedInApi } from '../client/api.ts'
import { CliError, exitCodes } from '../client/cli-error.ts'
import { readEdits } from '../client/read-edits.ts'
import { printWhole } from '../output/print.ts'
import { printDiff } from '../output/print-diff.ts'
import { printable } from '../output/table.ts'
import { formatOption, type WithFormat } from './format-option.ts'

export function apply(program: Command): void {
  program
    .command('apply')
    .description('propose objects from files as one change; it takes effect after approval')
    .requiredOption('-f, --filename <file...>', 'YAML or JSON files, "-" for standard input')
    .option('-t, --title <text>', 'what the change does; taken from the difference when absent')
    .option('-m, --reason <text>', 'why it is made', 'applied from the command line')
    .option('--link <url>', 'ticket or incident')
    .option('--draft', 'keep it as a draft')
    .addOption(formatOption())
    .action(async (options: ApplyOptions) => {
      const api = signedInApi()
      const edits = await readEdits(options.filename)
      const basedOn = await headRevision(api)
      const checked = await api.call(ValidationResult, 'POST', '/validate', { body: { basedOn, edits } })
      const errors = checked.findings.filter(({ severity }) => severity === 'error')
      // A draft may have faults.
      if (errors.length > 0 && !options.draft) {
        throw new CliError(
          exitCodes.refused,
          `${errors.length} problem${errors.length > 1 ? 's' : ''} found; nothing was proposed`,
          {
            lines: errors.map(
              ({ code, object, path, message, fix }) =>
                `${code} ${object ?? ''}${path}: ${message}${fix ? ` — ${fix}` : ''}`,
            ),
          },
        )
      }
      if (checked.diff.length === 0 && !options.draft) return console.log('nothing to change')
      const change = await api.call(ChangeDetail, 'POST', '/changes', {
        // A lost answer is repeated with the same key, and makes no second change.
        headers: { 'idempotency-key': randomUUID() },
        body: {
          title: options.title ?? titleOf(checked),
          reason: options.reason,
          ...(options.link ? { link: options.link } : {}),
          basedOn,
          edits,
          submit: !options.draft,
        },
      })
      if (options.format !== 'table') return printWhole(options.format, change)
      const { number, state, risk, approvals, approvalsNeeded } = change.summary
      console.log(
        `change #${number} is ${state.replace('_', ' ')}, ${risk} risk (${approvals} of ${approvalsNeeded} approvals)`,
      )
      for (const reason of change.riskReasons) console.log(`  ${printable(reason)}`)
      printDiff(change.diff)
      for (const { severity, code, message } of change.findings)
        console.log(`${severity} ${code}: ${printable(message)}`)
    })

  program
    .command('diff')
    .description('show what files would change; ends with 1 when there is a difference')
    .requiredOption('-f, --filename <file...>', 'YAML or JSON files, "-" for standard input')
    .addOption(formatOption())
    .action(async (options: WithFormat & { filename: string[] }) => {
      const api = signedInApi()
      const body = { basedOn: await headRevision(api), edits: await readEdits(options.filename) }
      const result = await api.call(ValidationResult, 'POST', '/validate', { body })
      const { diff, findings, affectedProxies } = result
      if (diff.length > 0) process.exitCode = exitCodes.negative
      if (options.format !== 'table') return printWhole(options.format, result)
      printDiff(diff)
      for (const finding of findings) {
        console.log(
          printable(`${finding.severity} ${finding.code} ${finding.object ?? ''}${finding.path}: ${finding.message}`),
        )
      }
      if (diff.length > 0) {
        console.log(
          `${affectedProxies.length} ${affectedProxies.length === 1 ? 'proxy' : 'proxies'} would be configured anew`,
        )
      }
    })
}

type ApplyOptions = WithFormat & {
  filename: string[]
  title?: string
  reason: string
  link?: string
  draft?: boolean
}

export async function headRevision(api: Api): Promise<number> {
  const page = await api.call(pageOf(Revision), 'GET', '/revisions?limit=1')
  return page.items[0]?.number ?? 0
}

function titleOf({ diff }: ValidationResult): string {
  const first = diff[0]
  if (!first) return 'No difference'
  const more = diff.length > 1 ? ` and ${diff.length - 1} more` : ''
  const verb = { created: 'Add', updated: 'Update', deleted: 'Delete' }[first.action]
  return `${verb} ${first.kind} ${first.namespace}/${first.name}${more}`
}
