import { setTimeout as delay } from 'node:timers/promises'
import { Graph } from '@heddle/shared/api/graph'
import type { Command } from 'commander'
import { signedInApi } from '../client/api.ts'
import { exitCodes } from '../client/cli-error.ts'
import { formatOption, type WithFormat } from '../output/format-option.ts'
import { print } from '../output/print.ts'

type Item = Graph['nodes'][number] | Graph['edges'][number]

const order = ['fail', 'warn', 'ok', 'low', 'idle', 'unknown']

export function top(program: Command): void {
  program
    .command('top')
    .description('how services are now, or who calls whom, worst first; ends with 1 when an edge fails')
    .option('-n, --namespace <namespace>', 'of this namespace only')
    .option('-w, --watch', 'again every two seconds, until Ctrl-C')
    .option('--edges', 'edges instead of services')
    .addOption(formatOption())
    .action(async (options: WithFormat & { namespace?: string; watch?: boolean; edges?: boolean }) => {
      const api = signedInApi()
      const query = options.namespace === undefined ? '' : `?ns=${encodeURIComponent(options.namespace)}`
      for (;;) {
        const graph = await api.call(Graph, 'GET', `/graph${query}`)
        // Back to the top of a terminal's screen; a file gets one block after the other.
        if (options.watch && process.stdout.isTTY) process.stdout.write('\x1b[2J\x1b[H')
        show(graph, options)
        process.exitCode = graph.edges.some(({ health }) => health === 'fail') ? exitCodes.negative : exitCodes.ok
        if (!options.watch) return
        await delay(2000)
      }
    })
}

function show(graph: Graph, { format, edges }: WithFormat & { edges?: boolean }): void {
  const worstFirst = <Each extends Item>(items: readonly Each[]) =>
    items.toSorted((a, b) => order.indexOf(a.health) - order.indexOf(b.health))
  const columns = [
    ['health', ({ health }: Item) => health],
    ['since', ({ since }: Item) => since],
    ['rps', ({ signals }: Item) => signals.requestsPerSecond],
    ['errors', ({ signals }: Item) => percent(signals.errorShare)],
    ['denied', ({ signals }: Item) => percent(signals.deniedShare)],
    ['p50 ms', ({ signals }: Item) => signals.p50Ms],
    ['p95 ms', ({ signals }: Item) => signals.p95Ms],
    ['p99 ms', ({ signals }: Item) => signals.p99Ms],
  ] as const
  if (edges) {
    print(format, graph.edges, worstFirst(graph.edges), [
      ['edge', ({ source, target }) => `${nameOf(source)} → ${nameOf(target)}`],
      ...columns,
      // What the p95 is judged by.
      ['p95 before', ({ baselineP95Ms }) => baselineP95Ms],
    ])
    return
  }
  // What is part of another is counted there.
  const services = graph.nodes.filter(({ kind, partOf }) => kind === 'service' && partOf === undefined)
  print(format, services, worstFirst(services), [
    ['service', ({ namespace, name }) => `${namespace}/${name}`],
    ...columns,
  ])
}

function nameOf(id: string): string {
  return id.startsWith('svc:') ? id.slice(4) : 'outside'
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`
}
