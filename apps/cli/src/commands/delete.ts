import type { Edit } from '@heddle/shared/api/changes'
import type { Command } from 'commander'
import { signedInApi } from '../client/api.ts'
import { type NamedPolicy, parsePolicy } from '../client/parse-policy.ts'
import { type ProposeOptions, propose } from '../client/propose.ts'
import { formatOption } from '../output/format-option.ts'

export function deletePolicies(program: Command): void {
  program
    .command('delete')
    .description('propose that policies are deleted; it takes effect after approval')
    .argument('<kind>', 'httproute, destinationrule, faultinjection, ratelimit or authorizationpolicy')
    .argument('<name...>', '<namespace>/<name> of each')
    .option('-t, --title <text>', 'what the change does; taken from the difference when absent')
    .option('-m, --reason <text>', 'why it is made', 'deleted from the command line')
    .option('--link <url>', 'ticket or incident')
    .option('--draft', 'keep it as a draft')
    .addOption(formatOption())
    .addHelpText('after', '\nExample: heddle delete faultinjection shop/charge-fails -m "it is over"')
    .action(async (kind: string, names: string[], options: ProposeOptions) => {
      const edits = names.map((name) => deletionOf(parsePolicy(kind, name, 'delete')))
      await propose(signedInApi(), { edits, placeOf: () => undefined }, options)
    })
}

function deletionOf({ kind, namespace, name }: NamedPolicy): Edit {
  return { op: 'delete', kind, namespace, name }
}
