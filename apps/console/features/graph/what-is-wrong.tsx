'use client'
import type { Graph } from '@heddle/shared/api/graph'
import { useState } from 'react'
import { Button } from '#ui/button.tsx'
import { formatMs, formatShare } from '#ui/format-number.ts'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { type FailureOrigin, findOrigins } from './find-origins.ts'
import { causeOf, healthTone, healthWord } from './health-words.ts'
import { LastChange } from './last-change.tsx'
import { shortName } from './selection.ts'
import { SinceWhen } from './since-when.tsx'

/** What is broken, since when and what changed before: one line, so that nothing below it moves. */
export function WhatIsWrong({ graph, onSelect }: { readonly graph: Graph; readonly onSelect: (id: string) => void }) {
  const [isWhole, setIsWhole] = useState(false)
  const origins = findOrigins(graph)
  const isLatencyKnown = graph.edges.some(({ baselineP95Ms }) => baselineP95Ms !== undefined)
  const shown = isWhole ? origins : origins.slice(0, 1)
  return (
    <section
      aria-label="What is wrong now"
      className="flex min-h-9 flex-wrap items-center gap-x-3 rounded-card border border-line bg-surface px-3 py-1"
    >
      {origins.length === 0 ? (
        <p className="min-w-0 flex-1">
          <StatusGlyph tone="ok">
            <span className="whitespace-normal">
              {isLatencyKnown ? 'Nothing fails or is slow.' : 'Nothing fails; the usual latency is not known yet.'}
            </span>
          </StatusGlyph>{' '}
          <LastChange />
        </p>
      ) : (
        <ul className="flex min-w-0 flex-1 flex-col gap-1">
          {shown.map((origin) => (
            <li key={origin.edge.id}>
              <Origin origin={origin} onSelect={onSelect} />
            </li>
          ))}
        </ul>
      )}
      {origins.length > 1 ? (
        <Button size="small" aria-expanded={isWhole} onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? 'Only the worst' : `and ${origins.length - 1} more`}
        </Button>
      ) : null}
    </section>
  )
}

function Origin({
  origin: { edge, feltBy },
  onSelect,
}: {
  readonly origin: FailureOrigin
  readonly onSelect: (id: string) => void
}) {
  const { id, source, target, health, since, baselineP95Ms, signals } = edge
  const cause = causeOf(health, signals)
  const facts = {
    errors: `${formatShare(signals.errorShare)} of the requests fail`,
    denied: `${formatShare(signals.deniedShare)} of the requests are denied by a policy`,
    latency: `p95 is ${formatMs(signals.p95Ms)}`,
  }
  return (
    <p>
      <button
        type="button"
        className="min-h-6 max-md:min-h-11 font-medium underline decoration-line-strong underline-offset-2 hover:decoration-current"
        onClick={() => onSelect(id)}
      >
        <StatusGlyph tone={healthTone[health]}>
          <span className="sr-only">{healthWord[health]}: </span>
          <span className="whitespace-normal [overflow-wrap:anywhere]">
            {shortName(source)} → {shortName(target)}
          </span>
        </StatusGlyph>
      </button>{' '}
      {facts[cause]}
      {signals.injectedShare > 0 ? `, ${formatShare(signals.injectedShare)} by a fault` : ''}
      {cause !== 'latency' || baselineP95Ms === undefined ? '' : `, in the hour before ${formatMs(baselineP95Ms)};`}
      {since === undefined ? '.' : null} {since === undefined ? null : <SinceWhen since={since} />}
      {feltBy.length > 0 ? <span className="text-muted"> Felt by {feltBy.join(', ')}.</span> : null}
    </p>
  )
}
