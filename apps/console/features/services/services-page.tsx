'use client'
import type { ServiceSummary } from '@heddle/shared/api/signals'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { Answer } from '#control/answer.tsx'
import { servicesQuery } from '#control/service-queries.ts'
import { healthOrder } from '#features/graph/health-words.ts'
import { signalColumns } from '#features/graph/signal-columns.tsx'
import { useScope, useScopedPath } from '#features/scope/use-scope.ts'
import { useUrlParam } from '#features/scope/use-url-param.ts'
import { useUrlSorting } from '#features/scope/use-url-sorting.ts'
import { paths } from '#paths'
import { AgeChip } from '#ui/age-chip.tsx'
import { Button } from '#ui/button.tsx'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { TextField } from '#ui/text-field.tsx'
import { HowToRegisterService } from './how-to-register-service.tsx'

/** Every service and how it is, worst first. */
export function ServicesPage() {
  const scoped = useScopedPath()
  const { namespaces, setScope } = useScope()
  const [text, setText] = useUrlParam('q')
  const sorting = useUrlSorting()
  const query = useQuery({ ...servicesQuery(), refetchInterval: 3000 })
  const columns: readonly Column<ServiceSummary>[] = [
    {
      id: 'name',
      title: 'Service',
      sortBy: ({ namespace, name }) => `${namespace}/${name}`,
      cell: ({ namespace, name, partOf }) => (
        <>
          <Link className="font-medium text-accent-text hover:underline" href={scoped(paths.service(namespace, name))}>
            {namespace}/{name}
          </Link>
          {partOf === undefined ? null : <span className="ms-2 text-dense text-muted">counted in {partOf}</span>}
        </>
      ),
    },
    ...signalColumns<ServiceSummary>(),
    { id: 'versions', title: 'Versions', isMinor: true, cell: ({ versions }) => versions.join(', ') || '–' },
    {
      id: 'proxies',
      title: 'Proxies',
      isNumber: true,
      isMinor: true,
      hint: 'Sidecars of its instances that are connected',
      sortBy: ({ proxies }) => proxies,
      cell: ({ proxies }) => proxies,
    },
    {
      id: 'graph',
      title: 'Graph',
      isMinor: true,
      cell: ({ namespace, name, partOf }) => (
        <Link
          className="text-accent-text underline"
          aria-label={`${namespace}/${name} in the graph`}
          href={`${paths.graph()}?sel=${encodeURIComponent(`svc:${namespace}/${partOf ?? name}`)}`}
        >
          show
        </Link>
      ),
    },
  ]
  return (
    <>
      <PageHeading title="Services" aside={<AgeChip updatedAt={query.dataUpdatedAt} staleAfterMs={10_000} />} />
      <div className="max-w-sm">
        <TextField label="Filter" type="search" placeholder="Part of a name" value={text} onChange={setText} />
      </div>
      <Panel title="In the mesh, last 15 s">
        <Answer query={query} label="services">
          {({ items }) => {
            const found = items
              .filter(
                ({ namespace, name }) =>
                  (namespaces.length === 0 || namespaces.includes(namespace)) &&
                  `${namespace}/${name}`.includes(text.toLowerCase()),
              )
              .toSorted((a, b) => healthOrder.indexOf(a.health) - healthOrder.indexOf(b.health))
            return found.length > 0 ? (
              <DataTable
                caption="Services"
                columns={columns}
                rows={found}
                rowKey={({ namespace, name }) => `${namespace}/${name}`}
                {...sorting}
              />
            ) : (
              <EmptyState
                title={items.length === 0 ? 'The mesh knows no service yet.' : 'No service matches the filter.'}
                checks={[{ isOk: items.length > 0, text: `${items.length} services are known` }]}
              >
                {items.length === 0 ? (
                  <HowToRegisterService />
                ) : (
                  <Button
                    onClick={() => {
                      setText('')
                      if (namespaces.length > 0) setScope({ namespaces: [] })
                    }}
                  >
                    Show all services
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
