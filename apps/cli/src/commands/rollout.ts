import { setTimeout as delay } from 'node:timers/promises'
import { ChangeDetail } from '@heddle/shared/api/changes'
import { pageOf } from '@heddle/shared/api/page'
import { ProxySummary } from '@heddle/shared/api/proxies'
import type { Command } from 'commander'
import { signedInApi } from '../client/api.ts'
import { exitCodes } from '../client/cli-error.ts'
import { findChange } from '../client/find-change.ts'

const ended = new Set(['complete', 'rolled_back', 'aborted', 'rejected', 'withdrawn', 'expired', 'superseded'])

export function rollout(program: Command): void {
  program
    .command('rollout')
    .description('watch the rollout of a change')
    .command('status')
    .argument('<change>', 'its number or id')
    .option('-w, --watch', 'follow it until it ends; ends with 1 when it did not complete')
    .action(async (named: string, options: { watch?: boolean }) => {
      const api = signedInApi()
      let shown = ''
      for (;;) {
        const change = await findChange(api, named)
        const { items } = await api.call(pageOf(ProxySummary), 'GET', '/proxies?limit=500')
        const connected = items.filter(({ isConnected }) => isConnected)
        const acked = connected.filter(
          ({ ackedRevision = -1 }) => change.revision !== undefined && ackedRevision >= change.revision,
        )
        const rejected = connected.filter(({ state }) => state === 'rejected')
        const lines = [
          `#${change.number} ${change.state.replace('_', ' ')}: ${acked.length} of ${connected.length} proxies run revision ${change.revision ?? '–'}`,
          ...rejected.map(
            ({ workload, address, nack }) => `  ${workload} ${address} rejected it: ${nack?.detail ?? ''}`,
          ),
        ]
        if (lines.join() !== shown) console.log(lines.join('\n'))
        shown = lines.join()
        if (ended.has(change.state) && change.state !== 'complete') process.exitCode = exitCodes.negative
        if (!options.watch || ended.has(change.state)) return
        await delay(1000)
      }
    })

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
      console.log(`change #${summary.number} is ${summary.state.replace('_', ' ')}`)
    })
}
