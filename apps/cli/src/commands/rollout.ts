import { setTimeout as delay } from 'node:timers/promises'
import { RolloutDetail } from '@heddle/shared/api/rollouts'
import type { Command } from 'commander'
import { type Api, signedInApi } from '../client/api.ts'
import { exitCodes } from '../client/cli-error.ts'
import { findChange } from '../client/find-change.ts'
import { describeRollout } from '../output/describe-rollout.ts'

export function rollout(program: Command): void {
  const group = program.command('rollout').description('watch and steer the rollout of a change')

  group
    .command('status')
    .argument('<change>', 'its number or id')
    .option('-w, --watch', 'follow it until it ends; ends with 1 when it did not complete')
    .option('-o, --format <format>', 'table or json', 'table')
    .action(async (named: string, options: { watch?: boolean; format: string }) => {
      const api = signedInApi()
      const { id } = await findChange(api, named)
      let shown = ''
      for (;;) {
        const { summary, proxies } = await api.call(RolloutDetail, 'GET', `/changes/${id}/rollout`)
        const text =
          options.format === 'json' ? JSON.stringify({ summary, proxies }, null, 2) : describeRollout(summary)
        if (text !== shown) console.log(text)
        shown = text
        const hasEnded = ['complete', 'rolled_back', 'aborted'].includes(summary.state)
        if (hasEnded && summary.state !== 'complete') process.exitCode = exitCodes.negative
        if (!options.watch || hasEnded) return
        await delay(1000)
      }
    })

  for (const [verb, description] of [
    ['pause', 'hold the rollout where it is'],
    ['resume', 'go on after a pause'],
    ['promote', 'end the soak of this stage now and go to the next'],
    ['abort', 'stop, and put the previous content back'],
  ] as const) {
    group
      .command(verb)
      .description(description)
      .argument('<change>', 'its number or id')
      .option('-m, --reason <text>', 'why', '')
      .action(async (named: string, options: { reason: string }) => act(signedInApi(), named, verb, options.reason))
  }

  program
    .command('rollback')
    .description('put the content before a change back, as a new revision; needs no approval')
    .argument('<change>', 'its number or id')
    .option('-m, --reason <text>', 'why', '')
    .action(async (named: string, options: { reason: string }) => act(signedInApi(), named, 'rollback', options.reason))
}

async function act(api: Api, named: string, verb: string, reason: string): Promise<void> {
  const { id } = await findChange(api, named)
  const { summary } = await api.call(RolloutDetail, 'GET', `/changes/${id}/rollout`)
  const after = await api.call(RolloutDetail, 'POST', `/rollouts/${summary.id}/${verb}`, { body: { reason } })
  console.log(describeRollout(after.summary))
}
