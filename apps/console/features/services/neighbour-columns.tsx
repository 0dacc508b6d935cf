'use client'
import type { GraphEdge } from '@heddle/shared/api/graph'
import type { ServiceDetail } from '@heddle/shared/api/signals'
import Link from 'next/link'
import { useState } from 'react'
import { healthOrder, healthTone, healthWord } from '#features/graph/health-words.ts'
import { serviceOf, shortName } from '#features/graph/selection.ts'
import { SignalFacts } from '#features/graph/signal-facts.tsx'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { Button } from '#ui/button.tsx'
import { formatMs, formatNumber, formatShare } from '#ui/format-number.ts'
import { Panel } from '#ui/panel.tsx'
import { StatusGlyph } from '#ui/status-glyph.tsx'

const shownAtFirst = 6

/** Who calls it, how it is, whom it calls: three columns that do not jump. */
export function NeighbourColumns({ service }: { readonly service: ServiceDetail }) {
  return (
    <div className="grid items-start gap-3 lg:grid-cols-3">
      <Neighbours title={`Callers (${service.callers.length})`} edges={service.callers} other="source" />
      <Panel title="This service, last 15 s">
        <SignalFacts
          signals={service.summary.signals}
          health={service.summary.health}
          since={service.summary.since}
          baselines={service.callers.map(({ baselineP95Ms }) => baselineP95Ms)}
          windowSeconds={15}
        />
      </Panel>
      <Neighbours title={`Dependencies (${service.dependencies.length})`} edges={service.dependencies} other="target" />
    </div>
  )
}

function Neighbours({
  title,
  edges,
  other,
}: {
  readonly title: string
  readonly edges: readonly GraphEdge[]
  readonly other: 'source' | 'target'
}) {
  const [isWhole, setIsWhole] = useState(false)
  const worstFirst = edges.toSorted((a, b) => healthOrder.indexOf(a.health) - healthOrder.indexOf(b.health))
  const shown = isWhole ? worstFirst : worstFirst.slice(0, shownAtFirst)
  return (
    <Panel title={title}>
      {edges.length === 0 ? <p className="text-muted">None in the last hour.</p> : null}
      <ul className="flex flex-col gap-1">
        {shown.map((edge) => (
          <Neighbour key={edge.id} edge={edge} id={edge[other]} />
        ))}
      </ul>
      {edges.length > shown.length ? (
        <Button size="small" look="quiet" onClick={() => setIsWhole(true)}>
          + {edges.length - shown.length}
        </Button>
      ) : null}
    </Panel>
  )
}

function Neighbour({ edge, id }: { readonly edge: GraphEdge; readonly id: string }) {
  const scoped = useScopedPath()
  const [namespace, name] = (serviceOf(id) ?? '').split('/')
  const { signals, health } = edge
  return (
    <li className="flex items-baseline gap-2">
      <StatusGlyph tone={healthTone[health]} isWordHidden>
        {healthWord[health]}
      </StatusGlyph>
      <span className="min-w-0 flex-1 truncate">
        {namespace && name ? (
          <Link className="hover:underline" href={scoped(paths.service(namespace, name))}>
            {shortName(id)}
          </Link>
        ) : (
          shortName(id)
        )}
      </span>
      <span className="text-dense text-muted">
        {formatNumber(signals.requestsPerSecond, 'rps')} · {formatShare(signals.errorShare)} · p95{' '}
        {formatMs(signals.p95Ms)}
      </span>
    </li>
  )
}
