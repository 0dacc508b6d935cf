'use client'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '#control/answer.tsx'
import { usePolling } from '#control/live/use-polling.ts'
import { objectsQuery } from '#control/object-queries.ts'
import { useScope, useScopedPath } from '#features/scope/use-scope.ts'
import { useUrlChoice } from '#features/scope/use-url-choice.ts'
import { useUrlParam } from '#features/scope/use-url-param.ts'
import { GateLink } from '#features/session/gate-link.tsx'
import { useWhyNot } from '#features/session/use-why-not.ts'
import { paths } from '#paths'
import { AgeChip } from '#ui/age-chip.tsx'
import { Button } from '#ui/button.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { TextField } from '#ui/text-field.tsx'
import { PolicyTable } from './policy-table.tsx'

const kinds = [
  { value: '', label: 'All kinds' },
  { value: 'HTTPRoute', label: 'HTTPRoute' },
  { value: 'DestinationRule', label: 'DestinationRule' },
  { value: 'FaultInjection', label: 'FaultInjection' },
  { value: 'RateLimit', label: 'RateLimit' },
  { value: 'AuthorizationPolicy', label: 'AuthorizationPolicy' },
] as const

/** Every active policy: what rule applies here, and who wrote it? */
export function PoliciesPage() {
  const scoped = useScopedPath()
  const whyNotPropose = useWhyNot('propose')
  const { namespaces, setScope } = useScope()
  const [kind, setKind] = useUrlChoice('kind', kinds)
  const [text, setText] = useUrlParam('q')
  const query = useQuery({ ...objectsQuery(), refetchInterval: usePolling() || 15_000 })
  return (
    <>
      <PageHeading
        title="Policies"
        aside={<AgeChip updatedAt={query.dataUpdatedAt} staleAfterMs={30_000} />}
        actions={
          <GateLink look="primary" reason={whyNotPropose} href={scoped(paths.newPolicy())}>
            Propose a policy
          </GateLink>
        }
      />
      <div className="grid max-w-2xl grid-cols-2 gap-3">
        <TextField label="Filter" type="search" placeholder="Name, target or effect" value={text} onChange={setText} />
        <SelectField label="Kind" value={kind} options={kinds} onChange={setKind} />
      </div>
      <Panel title="Active now" isRefreshing={query.isFetching && query.data !== undefined}>
        <Answer query={query} label="policies">
          {({ items }) => {
            const found = items.filter(
              (policy) =>
                (kind === '' || policy.kind === kind) &&
                (namespaces.length === 0 || namespaces.includes(policy.namespace)) &&
                [policy.namespace, policy.name, policy.target, policy.effect]
                  .join(' ')
                  .toLowerCase()
                  .includes(text.toLowerCase()),
            )
            if (found.length > 0) return <PolicyTable policies={found} />
            return items.length === 0 ? (
              <EmptyState
                title="No policy is active: requests go everywhere, with the mesh's defaults."
                checks={[{ isOk: true, text: 'the control plane was asked, and has none' }]}
              >
                <GateLink reason={whyNotPropose} href={scoped(paths.newPolicy())}>
                  Propose the first one
                </GateLink>
              </EmptyState>
            ) : (
              <EmptyState
                title="No policy matches the filter."
                checks={[{ isOk: true, text: `${items.length} policies are active` }]}
              >
                <Button
                  onClick={() => {
                    setText('')
                    setKind('')
                    if (namespaces.length > 0) setScope({ namespaces: [] })
                  }}
                >
                  Show all policies
                </Button>
              </EmptyState>
            )
          }}
        </Answer>
      </Panel>
    </>
  )
}
