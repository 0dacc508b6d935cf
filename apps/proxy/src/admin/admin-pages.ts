import { isLifecycleLevel, lifecycleLevel } from '../lifecycle-log.ts'
import { addressKey } from '../net/address-key.ts'
import { get, json, jsonPage, plain, post, streamed, text } from './admin-answer.ts'
import type { AdminSources, AllWorkers, DrainedListeners } from './admin-sources.ts'
import { certificates } from './certificates.ts'
import type { ClusterStatus } from './cluster-status.ts'
import { UnknownResource } from './config-dump.ts'
import { CounterBaseline } from './counter-baseline.ts'
import { modifyRuntime } from './modify-runtime.ts'
import { nameFilter } from './pick-stats.ts'
import { pickedBy } from './picked-by.ts'
import { probePages } from './probe-pages.ts'
import { addressJson, clusterJson, clusterLines } from './render-clusters.ts'
import { runtimeJson } from './runtime-json.ts'
import { serverJson } from './server-json.ts'
import { type AdminAnswer, type AdminPage, helpOf } from './start-admin.ts'
import { statsPages } from './stats-pages.ts'

export function adminPages(sources: AdminSources): ReadonlyMap<string, AdminPage> {
  const { traffic, workers } = sources
  const baseline = new CounterBaseline()
  const pages: ReadonlyMap<string, AdminPage> = new Map<string, AdminPage>([
    ...probePages(sources.notReady),
    ['/server_info', get('version, node and state', () => json(serverJson(sources)))],
    [
      '/listeners',
      get('names and addresses; ?format=json', (query) => {
        const all = [...traffic.listeners()]
        return query.get('format') === 'json'
          ? json({
              listener_statuses: all.map(([name, { address }]) => ({ name, local_address: addressJson(address) })),
            })
          : text(all.map(([name, { address }]) => `${name}::${addressKey(address)}`))
      }),
    ],
    ['/clusters', get('endpoints with their state; ?filter=, ?format=json', (query) => clusterPage(workers, query))],
    [
      '/config_dump',
      get('what runs now; ?resource=, &mask=, ?include_eds', (query) => pickedBy(() => dump(sources, query))),
    ],
    ['/certs', get('certificates in use', () => json(certificates(traffic.config, Date.now())))],
    ...statsPages(workers, baseline),
    [
      '/logging',
      post('?level=: from which level on the log of the process is written', (query) => setLevel(workers, query)),
    ],
    [
      '/healthcheck/fail',
      post('/ready fails, connections end with their next answer', () => failHealth(workers, true)),
    ],
    ['/healthcheck/ok', post('the end of that', () => failHealth(workers, false))],
    // Every line is appended to the file that bears the name by then.
    ['/reopen_logs', post('files that were moved away are begun anew, as they always are', () => plain('OK\n'))],
    ['/init_dump', get('what is waited for: nothing once it serves', () => json({}))],
    ['/hot_restart_version', get('generations follow one another by --hot-restart', () => plain('disabled\n'))],
    ['/runtime', get('values of the runtime, by layer', () => json(runtimeJson(sources.runtime)))],
    [
      '/runtime_modify',
      {
        ...post('?key=value: sets values until the proxy ends; an empty value takes back what was set', (changes) =>
          modifyRuntime(workers, changes),
        ),
        readsForm: true,
      },
    ],
    [
      '/drain_listeners',
      post('accept nothing new, finish what is under way; ?inboundonly', (query) => drainListeners(workers, query)),
    ],
    [
      '/quitquitquit',
      post('drain, then exit', () => {
        sources.quit()
        return plain('OK\n')
      }),
    ],
    ['/help', get('this list', () => plain(helpOf(pages)))],
  ])
  return pages
}

function clusterPage(workers: AllWorkers, query: URLSearchParams): AdminAnswer {
  return pickedBy(() => {
    const isNamed = nameFilter(query.get('filter') ?? '')
    const isJson = query.get('format') === 'json'
    return streamed(isJson ? 'application/json' : 'text/plain', async (slice) => {
      const clusters = namedOf(await workers.clusters(slice), isNamed)
      return isJson ? jsonPage(clusterJson(clusters)) : clusterLines(clusters)
    })
  })
}

function* namedOf(clusters: Iterable<ClusterStatus>, isNamed: (name: string) => boolean): Generator<ClusterStatus> {
  for (const cluster of clusters) if (isNamed(cluster.name)) yield cluster
}

/** What is under way is always finished, so that Envoy's `graceful` asks for nothing else. */
async function drainListeners(workers: AllWorkers, query: URLSearchParams): Promise<AdminAnswer> {
  if (query.has('skip_exit')) {
    return {
      status: 400,
      type: 'text/plain',
      body: 'skip_exit is not supported: listeners that drain accept nothing\n',
    }
  }
  const which: DrainedListeners = query.has('inboundonly') ? 'inbound' : 'all'
  await workers.drain(which)
  return plain('OK\n')
}

async function failHealth(workers: AllWorkers, fails: boolean): Promise<AdminAnswer> {
  await workers.failHealth(fails)
  return plain('OK\n')
}

function dump(sources: AdminSources, query: URLSearchParams): AdminAnswer {
  try {
    const value = sources.configDump(query)
    return streamed('application/json', async () => jsonPage(value))
  } catch (error) {
    if (!(error instanceof UnknownResource)) throw error
    return { status: 404, type: 'text/plain', body: `${error.message}\n` }
  }
}

async function setLevel(workers: AllWorkers, query: URLSearchParams): Promise<AdminAnswer> {
  const asked = askedLevel(query)
  if (asked !== undefined) {
    if (!isLifecycleLevel(asked)) return { status: 400, type: 'text/plain', body: `"${asked}" is no level\n` }
    await workers.setLevel(asked)
  }
  return plain(`active loggers:\n  lifecycle: ${lifecycleLevel()}\n`)
}

/** Envoy's three ways to ask: all loggers, one by its name, several. There is one logger here. */
function askedLevel(query: URLSearchParams): string | undefined {
  const named = (query.get('paths') ?? '').split(',').map((each) => each.split(':'))
  return query.get('level') ?? query.get('lifecycle') ?? named.find(([name]) => name === 'lifecycle')?.[1]
}
