import { ProxySummary } from '@heddle/shared/api/proxies'
import type { Command } from 'commander'
import { allPages } from '../client/all-pages.ts'
import { signedInApi } from '../client/api.ts'
import { exitCodes } from '../client/cli-error.ts'
import { print } from '../output/print.ts'
import { formatOption, type WithFormat } from './format-option.ts'

export function proxies(program: Command): void {
  program
    .command('proxies')
    .description('list the proxies and what they run; ends with 1 when one rejected its configuration')
    .option('-n, --namespace <namespace>', 'of this namespace only')
    .option('--service <service>', 'of this service only')
    .addOption(formatOption())
    .action(async (options: WithFormat & { namespace?: string; service?: string }) => {
      const { namespace, service } = options
      const all = await allPages(signedInApi(), ProxySummary, '/proxies', { namespace, service })
      print(options.format, all, all, [
        ['workload', (proxy) => proxy.workload],
        ['service', (proxy) => `${proxy.namespace}/${proxy.service}`],
        ['address', (proxy) => proxy.address],
        ['agent', (proxy) => proxy.agent],
        ['state', (proxy) => proxy.state],
        ['revision', (proxy) => `${proxy.ackedRevision ?? '–'}/${proxy.targetRevision}`],
        ['rejected because', (proxy) => proxy.nack?.detail ?? ''],
      ])
      if (all.some(({ state }) => state === 'rejected')) process.exitCode = exitCodes.negative
    })
}
