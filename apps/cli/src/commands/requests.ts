import { pageOf } from '@heddle/shared/api/page'
import { RequestQuery, RequestRecord } from '@heddle/shared/api/request-record'
import { decidingPolicy } from '@heddle/shared/model/deciding-policy'
import { type Command, Option } from 'commander'
import { signedInApi } from '../client/api.ts'
import { parseCount } from '../client/parse-count.ts'
import { parseInstant } from '../client/parse-instant.ts'
import { parsePolicyPath } from '../client/parse-policy.ts'
import { parseService } from '../client/parse-service.ts'
import { formatOption, type WithFormat } from '../output/format-option.ts'
import { instanceOf } from '../output/instance-of.ts'
import { print } from '../output/print.ts'
import { printable } from '../output/table.ts'

type RequestOptions = WithFormat & {
  readonly service?: undefined
  readonly namespace?: string
  readonly source?: string
  readonly policy?: string
  readonly id?: string
  readonly since?: string
  readonly until?: string
  readonly only: string
  readonly limit: number
}

export function requests(program: Command): void {
  program
    .command('requests')
    .description('recorded requests, newest first: how each ended, and which policy of which revision decided on it')
    .argument('[service]', 'of requests to this service only, as payments or shop/payments')
    .option('-n, --namespace <namespace>', 'of the service')
    .option('--source <service>', 'of this caller only')
    .option('--id <id>', 'only those of this x-request-id or trace id')
    .option('--policy <kind/namespace/name>', 'only those that this policy decided on', parsePolicyPath)
    .addOption(
      new Option('--only <what>', 'how they ended').choices(RequestQuery.shape.only.unwrap().options).default('all'),
    )
    .option('--since <time>', 'not before this time, as 2026-01-31T12:00:00Z, or so long ago, as 5m', parseInstant)
    .option('--until <time>', 'before this time only; that of the last line gives those before it', parseInstant)
    .option('--limit <n>', 'at most so many, 1 to 500', parseCount('--limit', 500), 50)
    .addOption(formatOption())
    .addHelpText('after', '\nExample: heddle requests payments --only injected')
    .action(async (named: string | undefined, options: RequestOptions) => {
      const { source, policy, only, limit, id, since, until } = options
      const { service, namespace } = named ? parseService(named, options.namespace) : options
      const query = new URLSearchParams({ only, limit: String(limit) })
      for (const [key, value] of Object.entries({
        service,
        namespace,
        source,
        policy,
        id,
        since,
        until,
      })) {
        if (value !== undefined) query.set(key, value)
      }
      const page = await signedInApi().call(pageOf(RequestRecord), 'GET', `/requests?${query}`)
      print(options.format, page.items, page.items, [
        ['at', ({ at }) => at],
        ['from', (record) => record.source.service],
        ['to', ({ destination }) => destination.service],
        ['seen by', ({ reporter }) => (reporter === 'source' ? 'caller' : 'service')],
        ['request', ({ method, path }) => `${method} ${path}`],
        ['status', ({ status }) => (status === 0 ? 'no answer' : status)],
        ['ms', ({ durationMs }) => Math.round(durationMs)],
        ['flags', ({ flags }) => flags || undefined],
        ['decided by', ({ matchedPolicy }) => policyWords(matchedPolicy)],
        ['revision', ({ revision }) => revision],
        // The service's own proxy stands beside one instance; a caller's knows the workload that it chose.
        [
          'instance',
          ({ reporter, proxyId, destination }) =>
            reporter === 'destination' ? instanceOf(proxyId) : destination.workload || undefined,
        ],
        ['request id', ({ headers }) => headers['x-request-id']],
      ])
      // A name that is misspelt has no requests either.
      if (page.items.length === 0 && named) {
        console.error(`no such request to ${printable(named)} is known; \`heddle top\` lists the services`)
      }
    })
}

function policyWords(text: string): string | undefined {
  const policy = decidingPolicy(text)
  if (policy === undefined) return text || undefined
  return policy.rule === undefined ? policy.object : `${policy.object} rule ${policy.rule}`
}
