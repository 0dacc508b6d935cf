import { ValidationResult } from '@heddle/shared/api/changes'
import type { Command } from 'commander'
import { signedInApi } from '../client/api.ts'
import { exitCodes } from '../client/cli-error.ts'
import { headRevision, type ProposeOptions, propose } from '../client/propose.ts'
import { readEdits } from '../client/read-edits.ts'
import { findingLine } from '../output/finding-line.ts'
import { formatOption, type WithFormat } from '../output/format-option.ts'
import { printWhole } from '../output/print.ts'
import { printDiff } from '../output/print-diff.ts'

export function apply(program: Command): void {
  program
    .command('apply')
    .description('propose objects from files as one change; it takes effect after approval')
    .requiredOption('-f, --filename <file...>', 'YAML or JSON files, or folders of them; "-" for standard input')
    .option('-t, --title <text>', 'what the change does; taken from the difference when absent')
    .option('-m, --reason <text>', 'why it is made', 'applied from the command line')
    .option('--link <url>', 'ticket or incident')
    .option('--draft', 'keep it as a draft')
    .addOption(formatOption())
    .action(async (options: ApplyOptions) => {
      const api = signedInApi()
      await propose(api, await readEdits(options.filename), options)
    })

  program
    .command('diff')
    .description(
      'show what files would change; ends with 1 when there is a difference, with 3 when it would be refused',
    )
    .requiredOption('-f, --filename <file...>', 'YAML or JSON files, or folders of them; "-" for standard input')
    .addOption(formatOption())
    .action(async (options: WithFormat & { filename: string[] }) => {
      const api = signedInApi()
      const { edits, placeOf } = await readEdits(options.filename)
      const body = { basedOn: await headRevision(api), edits }
      const result = await api.call(ValidationResult, 'POST', '/validate', { body })
      const { diff, findings, affectedProxies } = result
      // A pipeline that goes on at 0 must not go on with what the control plane would refuse.
      if (findings.some(({ severity }) => severity === 'error')) process.exitCode = exitCodes.refused
      else if (diff.length > 0) process.exitCode = exitCodes.negative
      if (options.format !== 'table') return printWhole(options.format, result)
      printDiff(diff)
      for (const finding of findings) console.log(findingLine(finding, placeOf(finding)))
      if (diff.length > 0) {
        console.log(
          `${affectedProxies.length} ${affectedProxies.length === 1 ? 'proxy' : 'proxies'} would be configured anew`,
        )
      }
    })
}

type ApplyOptions = ProposeOptions & { filename: string[] }
