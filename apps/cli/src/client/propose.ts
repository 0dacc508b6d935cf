import { randomUUID } from 'node:crypto'
import { ChangeDetail, ValidationResult } from '@heddle/shared/api/changes'
import { pageOf } from '@heddle/shared/api/page'
import { Revision } from '@heddle/shared/api/revision'
import { changeWord } from '@heddle/shared/api/state-words'
import { findingLine } from '../output/finding-line.ts'
import type { WithFormat } from '../output/format-option.ts'
import { printWhole } from '../output/print.ts'
import { printDiff } from '../output/print-diff.ts'
import { printable } from '../output/table.ts'
import type { Api } from './api.ts'
import { CliError, exitCodes } from './cli-error.ts'
import type { WrittenEdits } from './read-edits.ts'

export type ProposeOptions = WithFormat & { title?: string; reason: string; link?: string; draft?: boolean }

/** Makes a change of edits, and says what became of it. Faults are told before anything is proposed. */
export async function propose(api: Api, { edits, placeOf }: WrittenEdits, options: ProposeOptions): Promise<void> {
  const basedOn = await headRevision(api)
  const checked = await api.call(ValidationResult, 'POST', '/validate', { body: { basedOn, edits } })
  const errors = checked.findings.filter(({ severity }) => severity === 'error')
  // A draft may have faults.
  if (errors.length > 0 && !options.draft) {
    throw new CliError(
      exitCodes.refused,
      `${errors.length} problem${errors.length > 1 ? 's' : ''} found; nothing was proposed`,
      { lines: errors.map((finding) => findingLine(finding, placeOf(finding))) },
    )
  }
  if (checked.diff.length === 0 && !options.draft) return console.log('nothing to change')
  const change = await api.call(ChangeDetail, 'POST', '/changes', {
    placeOf,
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
    `change #${number} is ${changeWord({ state }).toLowerCase()}, ${risk} risk (${approvals} of ${approvalsNeeded} approvals)`,
  )
  for (const reason of change.riskReasons) console.log(`  ${printable(reason)}`)
  printDiff(change.diff)
  for (const finding of change.findings) console.log(findingLine(finding, placeOf(finding)))
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
