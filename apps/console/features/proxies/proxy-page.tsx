'use client'
import type { ProxyDetail } from '@heddle/shared/api/proxies'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useState } from 'react'
import { Answer } from '#control/answer.tsx'
import { pollWhileThere } from '#control/poll-while-there.ts'
import { proxyQuery } from '#control/proxy-queries.ts'
import { shortId } from '#features/proxies/short-id.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { useUrlTab } from '#features/scope/use-url-tab.ts'
import { paths } from '#paths'
import { CodeBlock } from '#ui/code-block.tsx'
import { DataTable } from '#ui/data-table.tsx'
import { FactList } from '#ui/fact-list.tsx'
import { formatBytes, formatNumber } from '#ui/format-number.ts'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { Tabs } from '#ui/tabs.tsx'
import { TextField } from '#ui/text-field.tsx'
import { ProxyState } from './proxy-state.tsx'
import { ProxyWarningList } from './proxy-warning-list.tsx'

/** One proxy: what it is, how far each type is, what it refused, and every resource it is told to run. */
export function ProxyPage({ id }: { readonly id: string }) {
  const query = useQuery({ ...proxyQuery(id), refetchInterval: pollWhileThere(3000) })
  return (
    <>
      <PageHeading title={shortId(id)} aside={query.data ? <ProxyState state={query.data.summary.state} /> : null} />
      <Answer query={query} label="proxy">
        {(proxy) => <ProxyTabs proxy={proxy} />}
      </Answer>
    </>
  )
}

function ProxyTabs({ proxy }: { readonly proxy: ProxyDetail }) {
  const [tab, setTab] = useUrlTab(['overview', 'resources', 'refusals'])
  return (
    <Tabs
      label="Parts of the proxy"
      active={tab}
      onChange={setTab}
      tabs={[
        { name: 'overview', label: 'Overview', content: <Overview proxy={proxy} /> },
        { name: 'resources', label: `Resources (${proxy.resources.length})`, content: <Resources proxy={proxy} /> },
        { name: 'refusals', label: `Refusals (${proxy.nackHistory.length})`, content: <Refusals proxy={proxy} /> },
      ]}
    />
  )
}

function Overview({ proxy: { summary, types } }: { readonly proxy: ProxyDetail }) {
  const scoped = useScopedPath()
  return (
    <>
      <ProxyWarningList warnings={summary.warnings ?? []} />
      <Panel title="Proxy">
        <FactList
          facts={[
            ['Id', <code key="id">{summary.id}</code>],
            [
              'Service',
              <Link
                key="service"
                className="text-accent-text underline"
                href={scoped(paths.service(summary.namespace, summary.service))}
              >
                {summary.namespace}/{summary.service}
              </Link>,
            ],
            ['Workload', `${summary.workload} ${summary.version}`],
            ['Address', summary.address],
            ['Agent', summary.agent],
            ['Told to run revision', summary.targetRevision],
            ['Acknowledged revision', summary.ackedRevision ?? '–'],
            ['Connected', summary.connectedSince ? <RelativeTime key="since" at={summary.connectedSince} /> : 'no'],
            ['Requests', formatNumber(summary.requestsPerSecond, 'rps')],
            ['Memory', formatBytes(summary.residentBytes)],
          ]}
        />
      </Panel>
      <Panel title="By type">
        <DataTable
          caption="How far each type of resource is"
          rows={types}
          rowKey={({ typeUrl }) => typeUrl}
          columns={[
            { id: 'type', title: 'Type', cell: ({ typeUrl }) => typeUrl.split('.').at(-1) },
            { id: 'resources', title: 'Resources', isNumber: true, cell: ({ resources }) => resources },
            { id: 'sent', title: 'Sent', cell: ({ sentAt }) => (sentAt ? <RelativeTime at={sentAt} /> : '–') },
            {
              id: 'acked',
              title: 'Acknowledged',
              cell: ({ ackedAt }) => (ackedAt ? <RelativeTime at={ackedAt} /> : '–'),
            },
            { id: 'nack', title: 'Refused', cell: ({ nack }) => nack ?? '–' },
          ]}
        />
      </Panel>
    </>
  )
}

function Resources({ proxy }: { readonly proxy: ProxyDetail }) {
  const [text, setText] = useState('')
  const found = proxy.resources.filter(({ name, typeUrl }) =>
    `${typeUrl} ${name}`.toLowerCase().includes(text.toLowerCase()),
  )
  return (
    <Panel title="What it is told to run">
      <TextField label="Filter" type="search" value={text} onChange={setText} />
      <ul className="mt-3 flex flex-col gap-1">
        {found.map(({ typeUrl, name, version, json }) => (
          <li key={`${typeUrl} ${name}`}>
            <details>
              <summary className="cursor-pointer">
                {typeUrl.split('.').at(-1)} <span className="font-mono">{name}</span>{' '}
                <span className="text-meta text-muted">{version.slice(0, 12)}</span>
              </summary>
              <CodeBlock label={`${name} as JSON`} text={JSON.stringify(json, null, 2)} />
            </details>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Refusals({ proxy }: { readonly proxy: ProxyDetail }) {
  if (proxy.nackHistory.length === 0) return <p className="text-muted">It has refused nothing since it connected.</p>
  return (
    <ul className="flex flex-col gap-3">
      {proxy.nackHistory.map(({ at, typeUrl, detail, revision }) => (
        <li key={`${at} ${typeUrl}`} className="border-fail border-l-4 ps-3">
          <RelativeTime at={at} /> {typeUrl.split('.').at(-1)}
          {revision === undefined ? '' : ` of revision ${revision}`}
          <p className="font-mono text-dense">{detail}</p>
        </li>
      ))}
    </ul>
  )
}
