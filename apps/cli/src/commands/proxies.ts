import { pageOf } from '@heddle/shared/api/page'
import { ProxySummary } from '@heddle/shared/api/proxies'
import type { Command } from 'commander'
import { signedInApi } from '../client/api.ts'
import { exitCodes } from '../client/cli-error.ts'
import { print } from '../output/print.ts'
import { formatOption, type WithFormat } from './format-option.ts'

export function proxies(program: Command): void {
  program
    .command('proxies')
    .description('list the proxies and what they run; ends with 1 when one rejected its configuration')
    .option('-n, --namespace <namespace>')
    .option('--service <service>')
    .addOption(formatOption())
    .action(async (options: WithFormat & { namespace?: string; service?: string }) => {
      const query = new URLSearchParams({ limit: '500' })
      if (options.namespace) query.set('namespace', options.namespace)
      if (options.service) query.set('service', options.service)
      const page = await signedInApi().call(pageOf(ProxySummary), 'GET', `/proxies?${query}`)
      print(options.format, page.items, page.items, [
        ['workload', (proxy) => proxy.workload],
        ['service', (proxy) => `${proxy.namespace}/${proxy.service}`],
        ['address', (proxy) => proxy.address],
        ['agent', (proxy) => proxy.agent],
        ['state', (proxy) => proxy.state],
        ['revision', (proxy) => `${proxy.ackedRevision ?? '–'}/${proxy.targetRevision}`],
        ['rejected because', (proxy) => proxy.nack?.detail ?? ''],
      ])
      if (page.items.some(({ state }) => state === 'rejected')) process.exitCode = exitCodes.negative
    })
}
