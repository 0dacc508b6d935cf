'use client'
import type { ProxyAck } from '@heddle/shared/api/rollouts'
import { ackWords } from '@heddle/shared/api/state-words'
import Link from 'next/link'
import { useState } from 'react'
import { shortId } from '#features/proxies/short-id.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { Button } from '#ui/button.tsx'
import { classNames } from '#ui/class-names.ts'
import { RelativeTime } from '#ui/relative-time.tsx'
import { type Tone, toneText } from '#ui/tone.ts'

type State = ProxyAck['state']

const looks: Record<State, { readonly tone: Tone; readonly glyph: string }> = {
  rejected: { tone: 'fail', glyph: '✕' },
  stale: { tone: 'warn', glyph: '◐' },
  disconnected: { tone: 'idle', glyph: '⌀' },
  sent: { tone: 'info', glyph: '◌' },
  acked: { tone: 'ok', glyph: '●' },
  queued: { tone: 'idle', glyph: '·' },
  'taken-back': { tone: 'warn', glyph: '↶' },
  'not-reached': { tone: 'idle', glyph: '·' },
  unaffected: { tone: 'idle', glyph: '–' },
}
const order = Object.keys(looks) as readonly State[]

/** Every proxy with what it said to the revision; "approved" is not "live", this is. */
export function AckBoard({ proxies }: { readonly proxies: readonly ProxyAck[] }) {
  const [filter, setFilter] = useState<State>()
  const counts = new Map<State, number>()
  for (const { state } of proxies) counts.set(state, (counts.get(state) ?? 0) + 1)
  // Whom it does not concern is counted, and shown on demand.
  const isConcerning = proxies.some(({ state }) => state !== 'unaffected')
  const shown = proxies.filter(({ state }) =>
    filter === undefined ? !isConcerning || state !== 'unaffected' : state === filter,
  )
  const services = [...new Set(shown.map(({ namespace, service }) => `${namespace}/${service}`))].sort()
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-1">
        {order
          .filter((state) => counts.has(state))
          .map((state) => (
            <Button
              key={state}
              size="small"
              aria-pressed={filter === state}
              onClick={() => setFilter(filter === state ? undefined : state)}
            >
              <span aria-hidden className={toneText[looks[state].tone]}>
                {looks[state].glyph}
              </span>
              {ackWords[state]} {counts.get(state)}
            </Button>
          ))}
      </div>
      <Refusals proxies={proxies} />
      <ul aria-label="Acknowledgements by service" className="grid gap-x-6 gap-y-2 md:grid-cols-2 xl:grid-cols-3">
        {services.map((service) => (
          <li key={service}>
            <h3 className="text-dense text-muted">{service}</h3>
            <ul className="flex flex-col">
              {shown
                .filter((each) => `${each.namespace}/${each.service}` === service)
                .map((ack) => (
                  <ProxyRow key={ack.proxyId} ack={ack} />
                ))}
            </ul>
          </li>
        ))}
      </ul>
    </div>
  )
}

function ProxyRow({ ack }: { readonly ack: ProxyAck }) {
  const scoped = useScopedPath()
  const { tone, glyph } = looks[ack.state]
  return (
    <li className="flex min-h-7 items-baseline gap-2" data-ack={ack.state}>
      <span aria-hidden className={classNames('w-4 text-center font-semibold', toneText[tone])}>
        {glyph}
      </span>
      <Link
        className="min-w-0 flex-1 truncate leading-7 hover:underline"
        href={scoped(paths.proxy(ack.proxyId))}
        title={ack.proxyId}
      >
        {shortId(ack.proxyId)}
      </Link>
      <span className="text-dense text-muted">
        {ackWords[ack.state]}
        {(ack.state === 'acked' || ack.state === 'taken-back') && ack.ackedAt ? (
          <>
            {' '}
            <RelativeTime at={ack.ackedAt} />
          </>
        ) : null}
      </span>
    </li>
  )
}

/** The same reason on many proxies is told once. */
function Refusals({ proxies }: { readonly proxies: readonly ProxyAck[] }) {
  const reasons = new Map<string, string[]>()
  for (const { nack, proxyId } of proxies) {
    if (nack) reasons.set(nack.detail, [...(reasons.get(nack.detail) ?? []), proxyId])
  }
  if (reasons.size === 0) return null
  return (
    <ul aria-label="Reasons of refusals" className="flex flex-col gap-2">
      {[...reasons].map(([detail, ids]) => (
        <li key={detail} className="border-fail border-l-4 ps-3">
          <p className="font-mono text-dense">{detail}</p>
          <p className="text-meta text-muted">
            {ids.length === 1
              ? shortId(ids[0] ?? '')
              : `the same on ${ids.length} proxies: ${ids.slice(0, 5).map(shortId).join(', ')}`}
            ; they keep what they had
          </p>
        </li>
      ))}
    </ul>
  )
}
