import { pageOf } from '@heddle/shared/api/page'
import { RequestQuery, RequestRecord } from '@heddle/shared/api/request-record'
import { decidingPolicy } from '@heddle/shared/model/deciding-policy'
import { type Command, Option } from 'commander'
import { signedInApi } from '../client/api.ts'
import { parseCount } from '../client/parse-count.ts'
import { print } from '../output/print.ts'
import { formatOption, type WithFormat } from './format-option.ts'

type RequestOptions = WithFormat & {
  readonly namespace?: string
  readonly source?: string
  readonly policy?: string
  readonly only: string
  readonly limit: number
}

export function requests(program: Command): void {
  program
    .command('requests')
    .description('recorded requests, newest first: how each ended, and which policy of which revision decided on it')
    .argument('[service]', 'of requests to this service only')
    .option('-n, --namespace <namespace>', 'of the service')
    .option('--source <service>', 'of this caller only')
    .option('--policy <kind/namespace/name>', 'only those that this policy decided on')
    .addOption(
      new Option('--only <what>', 'how they ended').choices(RequestQuery.shape.only.unwrap().options).default('all'),
    )
    .option('--limit <n>', 'at most so many, 1 to 500', parseCount('--limit', 500), 50)
    .addOption(formatOption())
    .addHelpText('after', '\nExample: heddle requests payments --only injected')
    .action(async (service: string | undefined, options: RequestOptions) => {
      const { namespace, source, policy, only, limit } = options
      const query = new URLSearchParams({ only, limit: String(limit) })
      for (const [key, value] of Object.entries({ service, namespace, source, policy })) {
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
      ])
    })
}

function policyWords(text: string): string | undefined {
  const policy = decidingPolicy(text)
  if (policy === undefined) return text || undefined
  return policy.rule === undefined ? policy.object : `${policy.object} rule ${policy.rule}`
}
