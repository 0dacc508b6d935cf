'use client'
import type { ServiceDetail } from '@heddle/shared/api/signals'
import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { Answer } from '#control/answer.tsx'
import { isMissing, pollWhileThere } from '#control/poll-while-there.ts'
import { serviceQuery } from '#control/service-detail-queries.ts'
import { healthTone, healthWord } from '#features/graph/health-words.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { useUrlTab } from '#features/scope/use-url-tab.ts'
import { GateLink } from '#features/session/gate-link.tsx'
import { useWhyNot } from '#features/session/use-why-not.ts'
import { paths } from '#paths'
import { AgeChip } from '#ui/age-chip.tsx'
import { buttonClass } from '#ui/button-class.ts'
import { Chip } from '#ui/chip.tsx'
import { formatCount } from '#ui/format-number.ts'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { Skeleton } from '#ui/skeleton.tsx'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { Tabs } from '#ui/tabs.tsx'
import { InstanceTable } from './instance-table.tsx'
import { NeighbourColumns } from './neighbour-columns.tsx'
import { SignalCharts } from './signal-charts.tsx'

// Only one of the tabs needs each.
const EffectiveConfig = dynamic(() => import('./effective-config.tsx').then((module) => module.EffectiveConfig), {
  loading: () => <Skeleton lines={6} label="Loading the configuration" />,
})
const RequestTable = dynamic(
  () => import('#features/requests/request-table.tsx').then((module) => module.RequestTable),
  {
    loading: () => <Skeleton lines={6} label="Loading the requests" />,
  },
)

type Props = { readonly namespace: string; readonly name: string }

/** Is this service at fault, or who hurts it? */
export function ServicePage({ namespace, name }: Props) {
  const scoped = useScopedPath()
  const whyNotPropose = useWhyNot('propose')
  const query = useQuery({ ...serviceQuery(namespace, name), refetchInterval: pollWhileThere(3000) })
  const service = query.data
  // Nothing can be begun with a name that is misspelt, or with a service that has gone.
  const isGone = isMissing(query.error)
  return (
    <>
      <PageHeading
        title={`${namespace}/${name}`}
        aside={
          service && !isGone ? (
            <>
              <StatusGlyph tone={healthTone[service.summary.health]}>{healthWord[service.summary.health]}</StatusGlyph>
              <span className="text-muted">
                {formatCount(service.summary.proxies, 'proxy', 'proxies')}
                {service.summary.versions.length > 0 ? `, ${service.summary.versions.join(' and ')}` : ''}
              </span>
              <AgeChip updatedAt={query.dataUpdatedAt} staleAfterMs={10_000} />
            </>
          ) : null
        }
        actions={
          isGone ? null : (
            <>
              <Link
                className={buttonClass()}
                href={`${paths.graph()}?sel=${encodeURIComponent(`svc:${namespace}/${name}`)}`}
              >
                In the graph
              </Link>
              <GateLink
                reason={whyNotPropose}
                href={scoped(paths.newPolicy({ kind: 'FaultInjection', destination: `${namespace}/${name}` }))}
              >
                Inject a fault…
              </GateLink>
            </>
          )
        }
      />
      <Answer query={query} label="service">
        {(loaded) => <ServiceTabs service={loaded} namespace={namespace} name={name} />}
      </Answer>
    </>
  )
}

function ServiceTabs({ service, namespace, name }: Props & { readonly service: ServiceDetail }) {
  const [tab, setTab] = useUrlTab(['overview', 'requests', 'policies', 'config'])
  return (
    <Tabs
      label="Parts of the service"
      active={tab}
      onChange={setTab}
      tabs={[
        {
          name: 'overview',
          label: 'Overview',
          content: (
            <>
              <NeighbourColumns service={service} />
              <InstanceTable instances={service.instances} />
              <SignalCharts namespace={namespace} name={name} />
              <LastChange service={service} />
            </>
          ),
        },
        { name: 'requests', label: 'Requests', content: <RequestTable of={{ namespace, service: name }} /> },
        { name: 'policies', label: `Policies (${service.policies.length})`, content: <Policies service={service} /> },
        { name: 'config', label: 'Config', content: <EffectiveConfig effective={service.effective} /> },
      ]}
    />
  )
}

function LastChange({ service: { lastChange } }: { readonly service: ServiceDetail }) {
  const scoped = useScopedPath()
  if (lastChange === undefined) return null
  return (
    <p className="text-muted">
      Last change of the mesh <RelativeTime at={lastChange.at} />:{' '}
      {lastChange.changeId ? (
        <Link className="text-accent-text underline" href={scoped(paths.change(lastChange.changeId))}>
          {lastChange.text}
        </Link>
      ) : (
        lastChange.text
      )}
    </p>
  )
}

function Policies({ service: { policies } }: { readonly service: ServiceDetail }) {
  const scoped = useScopedPath()
  return (
    <Panel title="Policies that name it">
      {policies.length === 0 ? <p className="text-muted">None: the mesh's defaults hold.</p> : null}
      <ul className="flex flex-col gap-2">
        {policies.map(({ kind, namespace, name, effect }) => (
          <li key={`${kind}/${namespace}/${name}`}>
            <Chip>{kind}</Chip>{' '}
            <Link className="text-accent-text underline" href={scoped(paths.policy(kind, namespace, name))}>
              {namespace}/{name}
            </Link>
            : {effect}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
