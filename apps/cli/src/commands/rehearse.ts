import { type EdgeEffect, SimulationResult } from '@heddle/shared/api/simulate'
import type { Command } from 'commander'
import { signedInApi } from '../client/api.ts'
import { exitCodes } from '../client/cli-error.ts'
import { parseCount } from '../client/parse-count.ts'
import { headRevision } from '../client/propose.ts'
import { readEdits } from '../client/read-edits.ts'
import { formatOption, type WithFormat } from '../output/format-option.ts'
import { print, printWhole } from '../output/print.ts'
import { printable } from '../output/table.ts'

type RehearseOptions = WithFormat & { readonly filename: string[]; readonly minutes: number }

export function rehearse(program: Command): void {
  program
    .command('rehearse')
    .description(
      'show what files would have done to the requests of the last hour; ends with 1 when any would have met something else',
    )
    .requiredOption('-f, --filename <file...>', 'YAML or JSON files, or folders of them; "-" for standard input')
    .option('--minutes <n>', 'of so many minutes only, 1 to 60', parseCount('--minutes', 60), 60)
    .addOption(formatOption())
    .action(async ({ filename, minutes, format }: RehearseOptions) => {
      const api = signedInApi()
      const { edits, placeOf } = await readEdits(filename)
      const result = await api.call(SimulationResult, 'POST', '/simulate', {
        body: { basedOn: await headRevision(api), edits, windowMinutes: minutes },
        placeOf,
      })
      const changed = result.edges.filter(isChanged)
      if (changed.length > 0) process.exitCode = exitCodes.negative
      if (format !== 'table') return printWhole(format, result)
      console.log(printable(result.sentence))
      if (changed.length > 0) printEdges(changed)
      for (const line of notesOn(result)) console.log(printable(line))
    })
}

function isChanged({ requests, unchanged, cannotTell }: EdgeEffect): boolean {
  return requests - unchanged - cannotTell > 0
}

function printEdges(edges: readonly EdgeEffect[]): void {
  print('table', edges, edges, [
    ['edge', ({ source, target }) => `${source} → ${target}`],
    ['requests', ({ requests }) => requests],
    ['denied', ({ newlyDenied }) => newlyDenied],
    ['allowed', ({ newlyAllowed }) => newlyAllowed],
    ['aborted', ({ faulted }) => faulted],
    ['limited', ({ newlyLimited }) => newlyLimited],
    ['delayed', ({ delayed }) => delayed],
    ['timed out', ({ newlyTimedOut }) => newlyTimedOut],
    ['rerouted', ({ rerouted }) => rerouted],
    ['otherwise', ({ otherwiseChanged }) => otherwiseChanged],
    ['as', ({ samples: [first] }) => first && `${first.method} ${first.path}: ${first.after}`],
  ])
}

/** What the numbers stand on. Pure. */
export function notesOn(result: SimulationResult): string[] {
  const { cannotTell, unusedRules, risk, riskReasons, records, requests, since, limits } = result
  return [
    ...cannotTell.map((each) => `${each.requests} requests cannot be told: ${each.reason}`),
    ...(unusedRules.length > 0 ? [`no recorded request matches ${unusedRules.join(', ')}`] : []),
    `${risk} risk${riskReasons.length > 0 ? `: ${riskReasons.join(', ')}` : ''}`,
    ...(since === undefined ? [] : [`from ${records} records since ${since}, which stand for ${requests} requests`]),
    ...(limits ? [`rate limits: from the ${limits.records} newest records, since ${limits.since}`] : []),
  ]
}
