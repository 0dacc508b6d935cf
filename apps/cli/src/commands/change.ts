import { ChangeDetail } from '@heddle/shared/api/changes'
import { changeWord } from '@heddle/shared/api/state-words'
import type { Command } from 'commander'
import { signedInApi } from '../client/api.ts'
import { findChange } from '../client/find-change.ts'
import { changeLines } from '../output/change-lines.ts'
import { formatOption, type WithFormat } from '../output/format-option.ts'
import { printWhole } from '../output/print.ts'
import { printDiff } from '../output/print-diff.ts'

const acts = [
  ['submit', 'ask for the review of a draft of your own'],
  ['rebase', 'put a change on the active revision, with what others changed merged in; voids its approvals'],
  ['withdraw', 'take a change of your own back'],
] as const

/** Looks at one change, and does to it what needs no decision by others. */
export function change(program: Command): void {
  program
    .command('show')
    .description('show a change: its risk and why, findings, approvals, discussion and difference')
    .argument('<change>', 'its number or id')
    .addOption(formatOption())
    .action(async (named: string, { format }: WithFormat) => {
      const api = signedInApi()
      const { id } = await findChange(api, named)
      const detail = await api.call(ChangeDetail, 'GET', `/changes/${id}`)
      if (format !== 'table') return printWhole(format, detail)
      for (const line of changeLines(detail)) console.log(line)
      printDiff(detail.diff)
    })
  for (const [verb, description] of acts) {
    program
      .command(verb)
      .description(description)
      .argument('<change>', 'its number or id')
      .action(async (named: string) => {
        const api = signedInApi()
        const { id } = await findChange(api, named)
        const { version } = await api.call(ChangeDetail, 'GET', `/changes/${id}`)
        const { summary } = await api.call(ChangeDetail, 'POST', `/changes/${id}/${verb}`, {
          headers: { 'if-match': `"${version}"` },
        })
        const { number, state, basedOn, risk, approvals, approvalsNeeded } = summary
        console.log(
          `change #${number} is ${changeWord({ state }).toLowerCase()}, based on revision ${basedOn}, ${risk} risk (${approvals} of ${approvalsNeeded} approvals)`,
        )
      })
  }
  program
    .command('comment')
    .description('say something about a change')
    .argument('<change>', 'its number or id')
    .requiredOption('-m, --message <text>', 'what to say')
    .action(async (named: string, { message }: { message: string }) => {
      const api = signedInApi()
      const { id, number } = await findChange(api, named)
      await api.call(ChangeDetail, 'POST', `/changes/${id}/comments`, { body: { text: message } })
      console.log(`commented on #${number}`)
    })
}
