import { ProxySummary } from '@heddle/shared/api/proxies'
import type { Command } from 'commander'
import { allPages } from '../client/all-pages.ts'
import { signedInApi } from '../client/api.ts'
import { exitCodes } from '../client/cli-error.ts'
import { parseService } from '../client/parse-service.ts'
import { formatOption, type WithFormat } from '../output/format-option.ts'
import { instanceOf } from '../output/instance-of.ts'
import { print } from '../output/print.ts'
import { printable } from '../output/table.ts'

export function proxies(program: Command): void {
  program
    .command('proxies')
    .description('list the proxies and what they run; ends with 1 when one rejected its configuration')
    .option('-n, --namespace <namespace>', 'of this namespace only')
    .option('--service <service>', 'of this service only, as payments or shop/payments')
    .addOption(formatOption())
    .action(async (options: WithFormat & { namespace?: string; service?: string }) => {
      const { namespace, service } = options.service
        ? parseService(options.service, options.namespace)
        : { ...options, service: undefined }
      const all = await allPages(signedInApi(), ProxySummary, '/proxies', { namespace, service })
      print(options.format, all, all, [
        ['proxy', ({ id }) => instanceOf(id)],
        ['service', (proxy) => `${proxy.namespace}/${proxy.service}`],
        ['address', (proxy) => proxy.address],
        ['agent', (proxy) => proxy.agent],
        ['state', (proxy) => proxy.state],
        ['revision', (proxy) => `${proxy.ackedRevision ?? '–'}/${proxy.targetRevision}`],
        ['warnings', ({ warnings = [] }) => warnings.map(({ code }) => code).join(' ')],
        ['rejected because', (proxy) => proxy.nack?.detail ?? ''],
      ])
      // A name that is misspelt has no proxies either.
      if (all.length === 0 && service) {
        console.error(`no proxy of ${printable(options.service)} is known; \`heddle get services\` lists the services`)
      }
      // For people beside the table; in the other formats they stand where they belong.
      if (options.format === 'table') for (const line of warningLines(all)) console.error(line)
      if (all.some(({ state }) => state === 'rejected')) process.exitCode = exitCodes.negative
    })
}

/** Each warning once, with the proxies that it is about. Pure. */
function warningLines(all: readonly ProxySummary[]): string[] {
  const about = new Map<string, { readonly fix: string; readonly ids: string[] }>()
  for (const { id, warnings = [] } of all) {
    for (const { message, fix } of warnings) {
      const known = about.get(message) ?? { fix, ids: [] }
      known.ids.push(id)
      about.set(message, known)
    }
  }
  return [...about].flatMap(([message, { fix, ids }]) => {
    const whom = ids.length === 1 ? ids[0] : `${ids.length} proxies, as ${ids[0]}`
    return [`warning: ${printable(whom)}: ${printable(message)}`, `  → ${fix}`]
  })
}
