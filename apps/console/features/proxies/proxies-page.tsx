'use client'
import type { ProxySummary } from '@heddle/shared/api/proxies'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { Answer } from '#control/answer.tsx'
import { useLive } from '#control/live/use-live.ts'
import { usePolling } from '#control/live/use-polling.ts'
import { proxiesQuery } from '#control/proxy-queries.ts'
import { shortId } from '#features/proxies/short-id.ts'
import { useScope, useScopedPath } from '#features/scope/use-scope.ts'
import { useUrlParam } from '#features/scope/use-url-param.ts'
import { useUrlSorting } from '#features/scope/use-url-sorting.ts'
import { paths } from '#paths'
import { AgeChip } from '#ui/age-chip.tsx'
import { Button } from '#ui/button.tsx'
import { Chip } from '#ui/chip.tsx'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { formatBytes, formatNumber } from '#ui/format-number.ts'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { TextField } from '#ui/text-field.tsx'
import { HowToStartProxy } from './how-to-start-proxy.tsx'
import { ProxyState } from './proxy-state.tsx'

function stateCell({ state, warnings = [] }: ProxySummary) {
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
      <ProxyState state={state} />
      {warnings.length === 0 ? null : (
        <Chip tone="warn" title={warnings.map(({ message }) => message).join('; ')}>
          {warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`}
        </Chip>
      )}
    </span>
  )
}

/** Every proxy: what it was told to run, and what it runs. */
export function ProxiesPage() {
  const scoped = useScopedPath()
  const queries = useQueryClient()
  const { namespaces, setScope } = useScope()
  const [text, setText] = useUrlParam('q')
  const sorting = useUrlSorting()
  const query = useQuery({ ...proxiesQuery, refetchInterval: usePolling() || 10_000 })
  const refresh = () => void queries.invalidateQueries({ queryKey: proxiesQuery.queryKey })
  useLive('proxies', {}, { onSnap: () => undefined, onEvent: refresh })
  const columns: readonly Column<ProxySummary>[] = [
    {
      id: 'id',
      title: 'Proxy',
      sortBy: ({ id }) => shortId(id),
      cell: ({ id }) => (
        <Link className="font-medium text-accent-text hover:underline" href={scoped(paths.proxy(id))} title={id}>
          {shortId(id)}
        </Link>
      ),
    },
    {
      id: 'service',
      title: 'Service',
      sortBy: ({ namespace, service }) => `${namespace}/${service}`,
      cell: ({ namespace, service, version }) => (
        <>
          <Link className="hover:underline" href={scoped(paths.service(namespace, service))}>
            {namespace}/{service}
          </Link>
          {version === '' ? '' : ` ${version}`}
        </>
      ),
    },
    { id: 'state', title: 'State', sortBy: ({ state }) => state, cell: stateCell },
    {
      id: 'revision',
      title: 'Revision',
      isNumber: true,
      hint: 'What it has acknowledged, and with an arrow what it is told to run',
      sortBy: ({ ackedRevision }) => ackedRevision ?? -1,
      cell: ({ ackedRevision, targetRevision }) =>
        ackedRevision === targetRevision ? targetRevision : `${ackedRevision ?? '–'} → ${targetRevision}`,
    },
    {
      id: 'address',
      title: 'Address',
      isMinor: true,
      sortBy: ({ address }) => address,
      cell: ({ address }) => address,
    },
    { id: 'agent', title: 'Agent', isMinor: true, sortBy: ({ agent }) => agent, cell: ({ agent }) => agent },
    {
      id: 'rps',
      title: 'Requests',
      isNumber: true,
      hint: 'Per second, in and out together',
      sortBy: ({ requestsPerSecond }) => requestsPerSecond ?? -1,
      cell: ({ requestsPerSecond }) => formatNumber(requestsPerSecond, 'rps'),
    },
    {
      id: 'memory',
      title: 'Memory',
      isNumber: true,
      sortBy: ({ residentBytes }) => residentBytes ?? -1,
      cell: ({ residentBytes }) => formatBytes(residentBytes),
    },
    {
      id: 'since',
      title: 'Connected',
      sortBy: ({ connectedSince }) => connectedSince ?? '',
      cell: ({ connectedSince }) => (connectedSince ? <RelativeTime at={connectedSince} /> : '–'),
    },
  ]
  return (
    <>
      <PageHeading title="Proxies" aside={<AgeChip updatedAt={query.dataUpdatedAt} staleAfterMs={30_000} />} />
      <div className="max-w-sm">
        <TextField label="Filter" type="search" placeholder="Name, service or state" value={text} onChange={setText} />
      </div>
      <Panel title="Connected lately">
        <Answer query={query} label="proxies">
          {({ items }) => {
            const found = items.filter(
              (proxy) =>
                (namespaces.length === 0 || namespaces.includes(proxy.namespace)) &&
                [proxy.id, proxy.service, proxy.state, proxy.agent, proxy.warnings === undefined ? '' : 'warning']
                  .join(' ')
                  .toLowerCase()
                  .includes(text.toLowerCase()),
            )
            if (found.length > 0) {
              return <DataTable caption="Proxies" columns={columns} rows={found} rowKey={({ id }) => id} {...sorting} />
            }
            return (
              <EmptyState
                title={items.length === 0 ? 'No proxy has connected.' : 'No proxy matches the filter.'}
                checks={[{ isOk: items.length > 0, text: `${items.length} proxies are known` }]}
              >
                {items.length === 0 ? (
                  <HowToStartProxy />
                ) : (
                  <Button
                    onClick={() => {
                      setText('')
                      if (namespaces.length > 0) setScope({ namespaces: [] })
                    }}
                  >
                    Show all proxies
                  </Button>
                )}
              </EmptyState>
            )
          }}
        </Answer>
      </Panel>
    </>
  )
}
