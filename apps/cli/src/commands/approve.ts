import { ChangeDetail } from '@heddle/shared/api/changes'
import { changeWord } from '@heddle/shared/api/state-words'
import type { Command } from 'commander'
import { signedInApi } from '../client/api.ts'
import { findChange } from '../client/find-change.ts'
import { printDiff } from '../output/print-diff.ts'

export function approve(program: Command): void {
  for (const [verb, description] of [
    ['approve', 'approve a change of somebody else; it then rolls out'],
    ['reject', 'ask for changes'],
  ] as const) {
    program
      .command(verb)
      .description(description)
      .argument('<change>', 'its number or id')
      .option('-m, --comment <text>', 'what to say with it')
      .action(async (named: string, options: { comment?: string }) => {
        const api = signedInApi()
        const { id } = await findChange(api, named)
        const before = await api.call(ChangeDetail, 'GET', `/changes/${id}`)
        // The verdict binds to what is shown here: an edit in between makes it void.
        printDiff(before.diff)
        const after = await api.call(ChangeDetail, 'POST', `/changes/${id}/${verb}`, {
          body: { contentHash: before.contentHash, ...(options.comment ? { comment: options.comment } : {}) },
        })
        const { number, state, approvals, approvalsNeeded } = after.summary
        console.log(
          `change #${number} is ${changeWord({ state }).toLowerCase()} (${approvals} of ${approvalsNeeded} approvals)`,
        )
      })
  }
}
