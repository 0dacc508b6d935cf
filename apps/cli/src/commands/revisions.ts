import { ChangeDetail, RevisionDiff } from '@heddle/shared/api/changes'
import type { Command } from 'commander'
import { signedInApi } from '../client/api.ts'
import { exitCodes } from '../client/cli-error.ts'
import { parseRevision } from '../client/parse-revision.ts'
import { formatOption, type WithFormat } from '../output/format-option.ts'
import { printWhole } from '../output/print.ts'
import { printDiff } from '../output/print-diff.ts'

/** Compares revisions, and goes back to one. */
export function revisions(program: Command): void {
  program
    .command('compare')
    .description('show what differs between two revisions; ends with 1 when anything does')
    .argument('<from>', 'a revision; 0 is the empty mesh', parseRevision)
    .argument('<to>', 'another one', parseRevision)
    .addOption(formatOption())
    .action(async (from: number, to: number, { format }: WithFormat) => {
      const { objects } = await signedInApi().call(RevisionDiff, 'GET', `/revisions/${from}/diff/${to}`)
      if (format === 'table') printDiff(objects)
      else printWhole(format, objects)
      if (objects.length > 0) process.exitCode = exitCodes.negative
    })
  program
    .command('restore')
    .description('propose the content of an earlier revision; it needs approval as any change does')
    .argument('<revision>', 'its number', parseRevision)
    .requiredOption('-m, --reason <text>', 'why')
    .action(async (revision: number, { reason }: { reason: string }) => {
      const { summary, diff } = await signedInApi().call(ChangeDetail, 'POST', `/revisions/${revision}/restore`, {
        body: { reason },
      })
      console.log(`change #${summary.number} is in review, ${summary.risk} risk`)
      printDiff(diff)
    })
}
