'use client'
import type { ServiceSummary } from '@heddle/shared/api/signals'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useState } from 'react'
import { Answer } from '#control/answer.tsx'
import { servicesQuery } from '#control/service-queries.ts'
import { healthOrder, healthTone, healthWord } from '#features/graph/health-words.ts'
import { useScope, useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { AgeChip } from '#ui/age-chip.tsx'
import { Button } from '#ui/button.tsx'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { formatMs, formatNumber, formatShare } from '#ui/format-number.ts'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { TextField } from '#ui/text-field.tsx'

/** Every service and how it is, worst first. */
export function ServicesPage() {
  const scoped = useScopedPath()
  const { namespaces, setScope } = useScope()
  const [text, setText] = useState('')
  const query = useQuery({ ...servicesQuery(), refetchInterval: 3000 })
  const columns: readonly Column<ServiceSummary>[] = [
    {
      id: 'name',
      title: 'Service',
      sortBy: ({ namespace, name }) => `${namespace}/${name}`,
      cell: ({ namespace, name }) => (
        <Link className="font-medium text-accent-text hover:underline" href={scoped(paths.service(namespace, name))}>
          {namespace}/{name}
        </Link>
      ),
    },
    {
      id: 'health',
      title: 'Health',
      sortBy: ({ health }) => healthOrder.indexOf(health),
      cell: ({ health }) => <StatusGlyph tone={healthTone[health]}>{healthWord[health]}</StatusGlyph>,
    },
    number(
      'Requests',
      ({ signals }) => signals.requestsPerSecond,
      (value) => formatNumber(value, 'rps'),
    ),
    number('Errors', ({ signals }) => signals.errorShare, formatShare),
    number('Denied', ({ signals }) => signals.deniedShare, formatShare),
    number('p50', ({ signals }) => signals.p50Ms, formatMs),
    number('p95', ({ signals }) => signals.p95Ms, formatMs),
    number('p99', ({ signals }) => signals.p99Ms, formatMs),
    { id: 'versions', title: 'Versions', cell: ({ versions }) => versions.join(', ') || '–' },
    number(
      'Proxies',
      ({ proxies }) => proxies,
      (value) => String(value ?? 0),
    ),
    {
      id: 'graph',
      title: 'Graph',
      cell: ({ namespace, name }) => (
        <Link
          className="text-accent-text underline"
          aria-label={`${namespace}/${name} in the graph`}
          href={`${paths.graph()}?sel=${encodeURIComponent(`svc:${namespace}/${name}`)}`}
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
        <TextField label="Filter" type="search" value={text} onChange={setText} />
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
              />
            ) : (
              <EmptyState
                title={items.length === 0 ? 'The mesh knows no service yet.' : 'No service matches the filter.'}
                checks={[{ isOk: items.length > 0, text: `${items.length} services are known` }]}
              >
                {items.length === 0 ? (
                  <p className="text-muted">
                    A service is registered with <code className="font-mono">PUT /api/v1/catalog/services</code>.
                  </p>
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

function number(
  title: string,
  read: (service: ServiceSummary) => number | undefined,
  format: (value: number | undefined) => string,
): Column<ServiceSummary> {
  return {
    id: title,
    title,
    isNumber: true,
    sortBy: (service) => read(service) ?? -1,
    cell: (service) => format(read(service)),
  }
}
