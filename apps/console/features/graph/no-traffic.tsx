'use client'
import type { Graph } from '@heddle/shared/api/graph'
import Link from 'next/link'
import { HowToStartProxy } from '#features/proxies/how-to-start-proxy.tsx'
import { useScope, useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { Button } from '#ui/button.tsx'
import { buttonClass } from '#ui/button-class.ts'
import { EmptyState } from '#ui/empty-state.tsx'

/** No edges: no sidecar at all, or none that carries requests in the range. Each has its own way on. */
export function NoTraffic({ graph }: { readonly graph: Graph }) {
  const { namespaces, to, setScope } = useScope()
  const scoped = useScopedPath()
  const isInstalled = graph.checks.some(({ name, isOk }) => name === 'proxies' && isOk)
  const isNarrow = namespaces.length > 0
  if (!isInstalled) {
    return (
      <EmptyState title="No sidecar is connected, so nothing can be seen." checks={graph.checks}>
        <HowToStartProxy />
        <Link className={buttonClass()} href={scoped(paths.proxies())}>
          Look at the proxies
        </Link>
      </EmptyState>
    )
  }
  return (
    <EmptyState
      title={isNarrow ? `No requests in ${namespaces.join(', ')}.` : 'No requests between services.'}
      checks={graph.checks}
    >
      {isNarrow ? (
        <Button onClick={() => setScope({ namespaces: [] })}>Show all namespaces</Button>
      ) : to === 'now' ? (
        <Button onClick={() => setScope({ from: 'now-24h', to: 'now-1m' })}>Show the last 24 h</Button>
      ) : (
        <Button onClick={() => setScope({ from: 'now-15m', to: 'now' })}>Back to now</Button>
      )}
    </EmptyState>
  )
}
