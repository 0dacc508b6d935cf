import { ChangeSummary } from '@heddle/shared/api/changes'
import { ObjectDetail, ObjectDocument, ObjectSummary, PolicyKind } from '@heddle/shared/api/objects'
import { pageOf } from '@heddle/shared/api/page'
import { Revision } from '@heddle/shared/api/revision'
import { changeWord } from '@heddle/shared/api/state-words'
import type { Command } from 'commander'
import { z } from 'zod'
import { allPages } from '../client/all-pages.ts'
import { signedInApi } from '../client/api.ts'
import { CliError, exitCodes } from '../client/cli-error.ts'
import { parseKind, parsePolicy } from '../client/parse-policy.ts'
import { parseRevision } from '../client/parse-revision.ts'
import { formatOption, type WithFormat } from '../output/format-option.ts'
import { print } from '../output/print.ts'
import { printableText } from '../output/table.ts'

const listed = ['policies', ...PolicyKind.options.map((kind) => kind.toLowerCase()), 'services', 'changes', 'revisions']

/** What is looked for here by habit, and has a command of its own. */
const elsewhere = {
  proxies: '`heddle proxies` lists them',
  requests: '`heddle requests` lists them',
  edges: '`heddle top --edges` lists them',
  rollouts: '`heddle get changes` lists the changes, `heddle rollout status <change>` shows the rollout of one',
  tokens: '`heddle tokens` lists them',
  audit: '`heddle audit` reads it',
}

export function get(program: Command): void {
  program
    .command('get')
    .description('list policies, services, the newest 100 changes or revisions, or show one policy')
    .argument('<what>', `${listed.join(', ')}`)
    .argument('[name]', '<namespace>/<name> of one policy')
    .option('-n, --namespace <namespace>', 'policies or services of this namespace only')
    .option('--revision <n>', 'as of this revision', parseRevision)
    .addOption(formatOption())
    .action(async (what: string, name: string | undefined, options: GetOptions) => {
      const word = what.toLowerCase()
      if (word === 'services') return services(options)
      if (word === 'changes') return changes(options)
      if (word === 'revisions') return revisions(options)
      const kind = parseKind(word)
      if (!kind && !['policies', 'policy', 'objects'].includes(word)) {
        throw new CliError(exitCodes.usage, `there is nothing called ${what} to get`, {
          hint: word in elsewhere ? elsewhere[word as keyof typeof elsewhere] : `name one of ${listed.join(', ')}`,
        })
      }
      if (name !== undefined) return onePolicy(word, name, options)
      return policies(kind, options)
    })
}

type GetOptions = WithFormat & { namespace?: string; revision?: number }

async function policies(kind: string | undefined, { format, namespace, revision }: GetOptions): Promise<void> {
  const all = await allPages(signedInApi(), ObjectSummary, '/objects', {
    kind,
    namespace,
    revision: revision?.toString(),
  })
  print(format, all, all, [
    ['kind', (item) => item.kind],
    ['name', (item) => `${item.namespace}/${item.name}`],
    ['target', (item) => item.target],
    ['effect', (item) => item.effect],
    ['hits/h', hitsOf],
    ['revision', (item) => item.revision],
    ['by', (item) => item.changedBy],
  ])
}

/** Of the last hour; a dash where nobody counts. */
function hitsOf({ hitsLastHour, hitsAreAtLeast }: ObjectSummary): string | number | undefined {
  return hitsAreAtLeast === true ? `≥ ${hitsLastHour}` : hitsLastHour
}

async function onePolicy(word: string, named: string, { format, revision }: GetOptions): Promise<void> {
  const { kind, namespace, name } = parsePolicy(word, named, 'get')
  const at = revision === undefined ? '' : `?revision=${revision}`
  const path = `/objects/${kind}/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}${at}`
  const detail = await signedInApi().call(ObjectDetail, 'GET', path)
  if (format === 'json') console.log(JSON.stringify(detail.object, null, 2))
  else console.log(printableText(detail.yaml.trimEnd()))
}

const CatalogService = z.object({ object: ObjectDocument, endpoints: z.int() })

async function services({ format, namespace }: GetOptions): Promise<void> {
  const all = await allPages(signedInApi(), CatalogService, '/catalog/services', { namespace })
  print(format, all, all, [
    ['name', ({ object }) => `${object.metadata.namespace}/${object.metadata.name}`],
    ['endpoints', ({ endpoints }) => endpoints],
  ])
}

async function changes({ format }: GetOptions): Promise<void> {
  const page = await signedInApi().call(pageOf(ChangeSummary), 'GET', '/changes?limit=100')
  print(format, page.items, page.items, [
    ['change', (item) => `#${item.number}`],
    ['state', (item) => changeWord(item).toLowerCase()],
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
