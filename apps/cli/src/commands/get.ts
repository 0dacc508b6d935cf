import { ChangeSummary, Revision } from '@heddle/shared/api/changes'
import { ObjectDetail, ObjectDocument, ObjectSummary, PolicyKind } from '@heddle/shared/api/objects'
import { pageOf } from '@heddle/shared/api/page'
import type { Command } from 'commander'
import { z } from 'zod'
import { signedInApi } from '../client/api.ts'
import { CliError, exitCodes } from '../client/cli-error.ts'
import { print } from '../output/print.ts'
import { printableText } from '../output/table.ts'
import { formatOption, type WithFormat } from './format-option.ts'

const kindOf: Record<string, z.infer<typeof PolicyKind>> = Object.fromEntries(
  PolicyKind.options.flatMap((kind) => [
    [kind.toLowerCase(), kind],
    [`${kind.toLowerCase()}s`, kind],
    [kind === 'AuthorizationPolicy' ? 'authorizationpolicies' : `${kind.toLowerCase()}s`, kind],
  ]),
)

export function get(program: Command): void {
  program
    .command('get')
    .description('list policies, services, changes or revisions, or show one policy')
    .argument(
      '<what>',
      'policies, httproute, destinationrule, faultinjection, ratelimit, authorizationpolicy, services, changes, revisions',
    )
    .argument('[name]', '<namespace>/<name> of one policy')
    .option('-n, --namespace <namespace>')
    .option('--revision <n>', 'as of this revision')
    .addOption(formatOption())
    .action(async (what: string, name: string | undefined, options: GetOptions) => {
      const word = what.toLowerCase()
      if (word === 'services') return services(options)
      if (word === 'changes') return changes(options)
      if (word === 'revisions') return revisions(options)
      const kind = kindOf[word]
      if (!kind && !['policies', 'policy', 'objects'].includes(word)) {
        throw new CliError(exitCodes.usage, `unknown kind ${what}`, { hint: 'see `heddle get --help`' })
      }
      if (name !== undefined) return onePolicy(kind, name, options)
      return policies(kind, options)
    })
}

type GetOptions = WithFormat & { namespace?: string; revision?: string }

async function policies(kind: string | undefined, { format, namespace, revision }: GetOptions): Promise<void> {
  const query = new URLSearchParams({ limit: '500' })
  if (kind) query.set('kind', kind)
  if (namespace) query.set('namespace', namespace)
  if (revision) query.set('revision', revision)
  const page = await signedInApi().call(pageOf(ObjectSummary), 'GET', `/objects?${query}`)
  print(format, page.items, page.items, [
    ['kind', (item) => item.kind],
    ['name', (item) => `${item.namespace}/${item.name}`],
    ['target', (item) => item.target],
    ['effect', (item) => item.effect],
    ['revision', (item) => item.revision],
    ['by', (item) => item.changedBy],
  ])
}

async function onePolicy(kind: string | undefined, name: string, { format, revision }: GetOptions): Promise<void> {
  const [namespace, own, rest] = name.split('/')
  if (!kind || !namespace || !own || rest !== undefined) {
    throw new CliError(exitCodes.usage, 'name one policy as `heddle get httproute <namespace>/<name>`')
  }
  const at = revision ? `?revision=${encodeURIComponent(revision)}` : ''
  const path = `/objects/${kind}/${encodeURIComponent(namespace)}/${encodeURIComponent(own)}${at}`
  const detail = await signedInApi().call(ObjectDetail, 'GET', path)
  if (format === 'json') console.log(JSON.stringify(detail.object, null, 2))
  else console.log(printableText(detail.yaml.trimEnd()))
}

const CatalogService = z.object({ object: ObjectDocument, endpoints: z.int() })

async function services({ format, namespace }: GetOptions): Promise<void> {
  const query = namespace ? `?namespace=${encodeURIComponent(namespace)}&limit=500` : '?limit=500'
  const page = await signedInApi().call(pageOf(CatalogService), 'GET', `/catalog/services${query}`)
  print(format, page.items, page.items, [
    ['name', ({ object }) => `${object.metadata.namespace}/${object.metadata.name}`],
    ['endpoints', ({ endpoints }) => endpoints],
  ])
}

async function changes({ format }: GetOptions): Promise<void> {
  const page = await signedInApi().call(pageOf(ChangeSummary), 'GET', '/changes?limit=100')
  print(format, page.items, page.items, [
    ['change', (item) => `#${item.number}`],
    ['state', (item) => item.state],
    ['title', (item) => item.title],
    ['author', (item) => item.author],
    ['risk', (item) => item.risk],
    ['approvals', (item) => `${item.approvals}/${item.approvalsNeeded}`],
    ['revision', (item) => item.revision],
  ])
}

async function revisions({ format }: GetOptions): Promise<void> {
  const page = await signedInApi().call(pageOf(Revision), 'GET', '/revisions?limit=100')
  print(format, page.items, page.items, [
    ['revision', (item) => `${item.number}${item.isActive ? ' *' : ''}`],
    ['at', (item) => item.at],
    ['author', (item) => item.author],
    ['title', (item) => item.title],
    ['restores', (item) => item.restores],
  ])
}
