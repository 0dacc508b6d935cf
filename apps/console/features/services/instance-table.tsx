'use client'
import type { InstanceSignals, ServiceInstances } from '@heddle/shared/api/signals'
import Link from 'next/link'
import { healthTone, healthWord } from '#features/graph/health-words.ts'
import { ProxyState } from '#features/proxies/proxy-state.tsx'
import { shortId } from '#features/proxies/short-id.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { formatMs, formatNumber, formatShare } from '#ui/format-number.ts'
import { Panel } from '#ui/panel.tsx'
import { StatusGlyph } from '#ui/status-glyph.tsx'

type Row = InstanceSignals & {
  readonly version: string
  /** A version's own row has none. */
  readonly instance?: Pick<ServiceInstances['instances'][number], 'proxyId' | 'state'>
}

/** Which version and which instance it is: each beside the others. */
export function InstanceTable({
  instances: { windowSeconds, versions, instances },
}: {
  readonly instances: ServiceInstances
}) {
  if (instances.length === 0) return null
  const rows = versions.flatMap((version): Row[] => [
    ...(versions.length > 1 ? [version] : []),
    ...instances
      .filter((each) => each.version === version.version)
      .map(({ proxyId, state, ...signals }) => ({ ...signals, instance: { proxyId, state } })),
  ])
  return (
    <Panel
      title={`Versions and instances, last ${windowSeconds} s`}
      aside={
        <span className="text-meta text-muted">
          As their own proxies saw them; health by errors, and by p95 against the others’.
        </span>
      }
    >
      <DataTable
        caption="Versions and instances"
        columns={columns}
        rows={rows}
        rowKey={({ version, instance }) => instance?.proxyId ?? version}
      />
    </Panel>
  )
}

function Name({ version, instance }: Row) {
  const scoped = useScopedPath()
  if (instance === undefined) return <span className="font-semibold">{version}</span>
  return (
    <Link className="ps-4 text-accent-text hover:underline" href={scoped(paths.proxy(instance.proxyId))}>
      {shortId(instance.proxyId)}
    </Link>
  )
}

const columns: readonly Column<Row>[] = [
  { id: 'name', title: 'Version, instance', cell: (row) => <Name {...row} /> },
  {
    id: 'health',
    title: 'Health',
    hint: 'By its errors, and by its p95 against that of the others',
    cell: ({ health }) => <StatusGlyph tone={healthTone[health]}>{healthWord[health]}</StatusGlyph>,
  },
  {
    id: 'rps',
    title: 'Requests',
    isNumber: true,
    cell: ({ signals }) => formatNumber(signals.requestsPerSecond, 'rps'),
  },
  { id: 'errors', title: 'Errors', isNumber: true, cell: ({ signals }) => formatShare(signals.errorShare) },
  { id: 'p50', title: 'p50', isNumber: true, cell: ({ signals }) => formatMs(signals.p50Ms) },
  { id: 'p95', title: 'p95', isNumber: true, cell: ({ signals }) => formatMs(signals.p95Ms) },
  { id: 'p99', title: 'p99', isNumber: true, isMinor: true, cell: ({ signals }) => formatMs(signals.p99Ms) },
  {
    id: 'state',
    title: 'Configuration',
    hint: 'Whether its proxy runs what it was told to',
    cell: ({ instance }) => (instance === undefined ? '' : <ProxyState state={instance.state} />),
  },
]
