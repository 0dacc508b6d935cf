import type { GraphEdge } from '@heddle/shared/api/graph'
import { GateLink } from '#features/session/gate-link.tsx'
import { useWhyNot } from '#features/session/use-why-not.ts'
import { paths } from '#paths'
import { formatShare } from '#ui/format-number.ts'
import { RecentRequests } from './recent-requests.tsx'
import { flagWords } from './response-flag-words.ts'
import { serviceOf, shortName } from './selection.ts'
import { SignalFacts } from './signal-facts.tsx'

/** What passes along an edge, and what can be done about it. */
export function EdgeDetails({ edge, windowSeconds }: { readonly edge: GraphEdge; readonly windowSeconds: number }) {
  const source = serviceOf(edge.source)
  const destination = serviceOf(edge.target)
  return (
    <div className="flex flex-col gap-5">
      <SignalFacts
        signals={edge.signals}
        health={edge.health}
        since={edge.since}
        baselines={[edge.baselineP95Ms]}
        windowSeconds={windowSeconds}
      />
      {edge.flags.length > 0 ? (
        <section aria-label="Response flags">
          <h3 className="font-medium">Why answers were made by proxies</h3>
          <ul className="mt-1 flex flex-col gap-0.5">
            {edge.flags.map(({ flag, share }) => (
              <li key={flag}>
                <code className="font-mono text-dense">{flag}</code> {formatShare(share)}: {flagWords(flag)}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {destination ? (
        <section aria-label="Actions">
          <h3 className="font-medium">Propose a change</h3>
          <div className="mt-2 flex flex-wrap gap-2">
            <Action href={paths.newPolicy({ kind: 'FaultInjection', ...(source ? { source } : {}), destination })}>
              Inject a fault here…
            </Action>
            {source ? (
              <>
                <Action href={paths.newPolicy({ kind: 'AuthorizationPolicy', action: 'ALLOW', source, destination })}>
                  Allow…
                </Action>
                <Action href={paths.newPolicy({ kind: 'AuthorizationPolicy', action: 'DENY', source, destination })}>
                  Deny…
                </Action>
              </>
            ) : null}
            <Action href={paths.newPolicy({ kind: 'HTTPRoute', destination })}>Split or route…</Action>
          </div>
          <p className="mt-1 text-meta text-muted">Nothing changes before somebody else approves it.</p>
        </section>
      ) : null}
      <RecentRequests edge={edge} />
      <p className="text-meta text-muted">
        {edge.protocol.toUpperCase()} from {shortName(edge.source)} to {shortName(edge.target)}
        {edge.revisions.length > 0 ? `, under revision ${edge.revisions.join(' and ')}` : ''}
      </p>
    </div>
  )
}

function Action({ href, children }: { readonly href: string; readonly children: React.ReactNode }) {
  return (
    <GateLink href={href} reason={useWhyNot('propose')} size="small">
      {children}
    </GateLink>
  )
}
