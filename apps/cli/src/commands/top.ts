import { setTimeout as delay } from 'node:timers/promises'
import { pageOf } from '@heddle/shared/api/page'
import { ServiceSummary } from '@heddle/shared/api/signals'
import type { Command } from 'commander'
import { signedInApi } from '../client/api.ts'
import { print } from '../output/print.ts'
import { formatOption, type WithFormat } from './format-option.ts'

const order = { fail: 0, warn: 1, unknown: 2, low: 3, ok: 4, idle: 5 }

export function top(program: Command): void {
  program
    .command('top')
    .description('golden signals per service, worst first')
    .option('-n, --namespace <namespace>')
    .option('-w, --watch', 'renew every two seconds until Ctrl-C')
    .addOption(formatOption())
    .action(async (options: WithFormat & { namespace?: string; watch?: boolean }) => {
      const api = signedInApi()
      const query = options.namespace ? `&namespace=${encodeURIComponent(options.namespace)}` : ''
      for (;;) {
        const page = await api.call(pageOf(ServiceSummary), 'GET', `/services?limit=500${query}`)
        const worstFirst = page.items.toSorted(
          (a, b) => order[a.health] - order[b.health] || b.signals.requestsPerSecond - a.signals.requestsPerSecond,
        )
        // Home and clear, as `top` does; only on a terminal.
        if (options.watch && process.stdout.isTTY) process.stdout.write('\u001b[H\u001b[2J')
        print(options.format, worstFirst, worstFirst, [
          ['service', (item) => `${item.namespace}/${item.name}`],
          ['health', (item) => item.health],
          ['rps', (item) => item.signals.requestsPerSecond.toFixed(1)],
          ['errors', (item) => `${(item.signals.errorShare * 100).toFixed(2)} %`],
          ['denied', (item) => `${(item.signals.deniedShare * 100).toFixed(2)} %`],
          ['p50', (item) => milliseconds(item.signals.p50Ms)],
          ['p95', (item) => milliseconds(item.signals.p95Ms)],
          ['p99', (item) => milliseconds(item.signals.p99Ms)],
          ['proxies', (item) => item.proxies],
        ])
        if (!options.watch) return
        await delay(2000)
      }
    })
}

function milliseconds(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`
}
