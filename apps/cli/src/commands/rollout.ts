import { setTimeout as delay } from 'node:timers/promises'
import { ChangeDetail } from '@heddle/shared/api/changes'
import { RolloutDetail } from '@heddle/shared/api/rollouts'
import { changeWord, rolloutWord } from '@heddle/shared/api/state-words'
import type { Command } from 'commander'
import { type Api, signedInApi } from '../client/api.ts'
import { CliError, exitCodes } from '../client/cli-error.ts'
import { findChange } from '../client/find-change.ts'
import { formatOption, type WithFormat } from '../output/format-option.ts'
import { wholeText } from '../output/print.ts'
import { rolloutLines } from '../output/rollout-lines.ts'

const ended = new Set(['complete', 'rolled_back', 'aborted', 'rejected', 'withdrawn', 'expired', 'superseded'])

const orders = [
  ['pause', 'let no further stage begin'],
  ['resume', 'go on after a pause'],
  ['promote', 'pass the current stage now, without the rest of its time and its judgement'],
  ['abort', 'take it back from the proxies that it reached, and end it'],
] as const

export function rollout(program: Command): void {
  const group = program.command('rollout').description('watch and steer the rollout of a change')
  group
    .command('status')
    .description('show its stages; ends with 1 when it ended without being complete')
    .argument('<change>', 'its number or id')
    .option('-w, --watch', 'follow it until it ends')
    .addOption(formatOption())
    .action(async (named: string, options: WithFormat & { watch?: boolean }) => status(named, options))
  for (const [verb, description] of orders) {
    group
      .command(verb)
      .description(description)
      .argument('<change>', 'its number or id')
      .option('-m, --reason <text>', 'why; kept in the audit log', '')
      .action(async (named: string, { reason }: { reason: string }) => {
        const api = signedInApi()
        const change = await findChange(api, named)
        if (change.rollout === undefined) throw notBegun(change.number)
        const { summary } = await api.call(RolloutDetail, 'POST', `/rollouts/${change.rollout.id}/${verb}`, {
          body: { reason },
        })
        console.log(`rollout of #${change.number} is ${rolloutWord(summary).toLowerCase()}`)
      })
  }

  program
    .command('rollback')
    .description('put the content before a change back, as a new revision; needs no approval')
    .argument('<change>', 'its number or id')
    .option('-m, --reason <text>', 'why', '')
    .action(async (named: string, options: { reason: string }) => {
      const api = signedInApi()
      const { id } = await findChange(api, named)
      const { summary } = await api.call(ChangeDetail, 'POST', `/changes/${id}/rollback`, {
        body: { reason: options.reason },
      })
      console.log(
        `rollback of #${summary.number} has begun: revision ${(summary.revision ?? 0) + 1} holds the old content`,
      )
    })
}

async function status(named: string, { watch, format }: WithFormat & { watch?: boolean }): Promise<void> {
  const api = signedInApi()
  let shown = ''
  for (;;) {
    const change = await findChange(api, named)
    const detail = change.rollout && (await readRollout(api, change.rollout.id))
    const lines = detail
      ? rolloutLines(change.number, detail)
      : [`#${change.number} ${changeWord(change).toLowerCase()}`]
    const text = format === 'table' ? lines.join('\n') : wholeText(format, detail ?? change)
    if (text !== shown) console.log(text)
    shown = text
    if (ended.has(change.state) && change.state !== 'complete') process.exitCode = exitCodes.negative
    if (!watch || ended.has(change.state)) return
    await delay(1000)
  }
}

function readRollout(api: Api, id: string): Promise<RolloutDetail> {
  return api.call(RolloutDetail, 'GET', `/rollouts/${id}`)
}

function notBegun(number: number): CliError {
  return new CliError(exitCodes.refused, `change #${number} has not begun to roll out`, {
    hint: 'it begins with its last approval',
  })
}
