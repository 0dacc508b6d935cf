import type { Graph, GraphEdge, GraphNode } from '@heddle/shared/api/graph'
import Link from 'next/link'
import { GateLink } from '#features/session/gate-link.tsx'
import { useWhyNot } from '#features/session/use-why-not.ts'
import { pathOfObject, paths } from '#paths'
import { buttonClass } from '#ui/button-class.ts'
import { Chip } from '#ui/chip.tsx'
import { formatCount, formatNumber, formatShare } from '#ui/format-number.ts'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { healthOrder, healthTone, healthWord } from './health-words.ts'
import { shortName } from './selection.ts'
import { SignalFacts } from './signal-facts.tsx'

/** How a service is, what acts on it, who calls it and whom it calls. */
export function NodeDetails({
  node,
  graph,
  onSelect,
}: {
  readonly node: GraphNode
  readonly graph: Graph
  readonly onSelect: (id: string) => void
}) {
  const whyNotPropose = useWhyNot('propose')
  if (node.kind === 'external') {
    return <p>Callers that no sidecar speaks for. What they ask for is counted where it enters the mesh.</p>
  }
  const destination = `${node.namespace}/${node.name}`
  const callers = graph.edges.filter(({ target }) => target === node.id)
  return (
    <div className="flex flex-col gap-5">
      <SignalFacts
        signals={node.signals}
        health={node.health}
        since={node.since}
        baselines={callers.map(({ baselineP95Ms }) => baselineP95Ms)}
        windowSeconds={graph.windowSeconds}
      />
      <div className="flex flex-wrap gap-2">
        <Link href={paths.service(node.namespace, node.name)} className={buttonClass('primary', 'small')}>
          Open service
        </Link>
        <GateLink href={paths.newPolicy({ kind: 'FaultInjection', destination })} reason={whyNotPropose} size="small">
          Inject a fault…
        </GateLink>
        <GateLink href={paths.newPolicy({ kind: 'HTTPRoute', destination })} reason={whyNotPropose} size="small">
          Split or route…
        </GateLink>
      </div>
      {node.badges.length > 0 ? (
        <section aria-label="In force">
          <h3 className="font-medium">In force</h3>
          <ul className="mt-1 flex flex-col gap-1">
            {node.badges.map(({ kind, text, object }) => {
              const path = object === undefined ? undefined : pathOfObject(object)
              return (
                <li key={`${kind} ${object ?? ''}`} className="flex items-baseline gap-2">
                  <Chip tone={kind === 'fault' || kind === 'unacked' ? 'warn' : 'info'}>{kind}</Chip>
                  {path === undefined ? (
                    text
                  ) : (
                    <Link className="text-accent-text underline" href={path}>
                      {text}
                    </Link>
                  )}
                </li>
              )
            })}
          </ul>
        </section>
      ) : null}
      <p>
        {formatCount(node.proxies, 'proxy', 'proxies')}
        {node.versions.map(({ version, share, proxies }) => (
          <span key={version}>
            {' · '}
            {version} {formatShare(share)} of the requests on {proxies}
          </span>
        ))}
      </p>
      <Neighbours title="Callers" edges={callers} other="source" onSelect={onSelect} />
      <Neighbours
        title="Dependencies"
        edges={graph.edges.filter(({ source }) => source === node.id)}
        other="target"
        onSelect={onSelect}
      />
    </div>
  )
}

function Neighbours({
  title,
  edges,
  other,
  onSelect,
}: {
  readonly title: string
  readonly edges: readonly GraphEdge[]
  readonly other: 'source' | 'target'
  readonly onSelect: (id: string) => void
}) {
  if (edges.length === 0) return null
  const worstFirst = edges.toSorted((a, b) => healthOrder.indexOf(a.health) - healthOrder.indexOf(b.health))
  return (
    <section aria-label={title}>
      <h3 className="font-medium">{title}</h3>
      <ul className="mt-1 flex flex-col">
        {worstFirst.map((edge) => (
          <li key={edge.id}>
            <button
              type="button"
              className="flex min-h-7 w-full items-baseline gap-2 rounded-control px-1 text-start hover:bg-ground"
              onClick={() => onSelect(edge.id)}
            >
              <StatusGlyph tone={healthTone[edge.health]} isWordHidden>
                {healthWord[edge.health]}
              </StatusGlyph>
              <span className="min-w-0 flex-1 truncate">{shortName(edge[other])}</span>
              <span className="text-muted">{formatNumber(edge.signals.requestsPerSecond, 'rps')}</span>
              <span className={edge.signals.errorShare > 0.01 ? 'text-fail' : 'text-muted'}>
                {formatShare(edge.signals.errorShare)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
