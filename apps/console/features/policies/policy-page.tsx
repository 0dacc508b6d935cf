'use client'
import type { ObjectDetail } from '@heddle/shared/api/objects'
import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { Answer } from '#control/answer.tsx'
import { usePolling } from '#control/live/use-polling.ts'
import { objectQuery } from '#control/object-queries.ts'
import { whyNot } from '#control/why-not.ts'
import { loadPolicyEditor } from '#features/policy-editor/load-policy-editor.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { useUrlTab } from '#features/scope/use-url-tab.ts'
import { paths } from '#paths'
import { Chip } from '#ui/chip.tsx'
import { CodeBlock } from '#ui/code-block.tsx'
import { FactList } from '#ui/fact-list.tsx'
import { Gate } from '#ui/gate.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { Skeleton } from '#ui/skeleton.tsx'
import { Tabs } from '#ui/tabs.tsx'
import { FaultEnd } from './fault-end.tsx'
import { hitsCaveat, hitsText } from './hits-text.ts'
import { PolicyTarget } from './policy-target.tsx'

type Props = { readonly kind: string; readonly namespace: string; readonly name: string }

// Only one of the tabs needs it.
const PolicyHistory = dynamic(() => import('./policy-history.tsx').then((module) => module.PolicyHistory), {
  loading: () => <Skeleton lines={6} label="Loading the history" />,
})

/** One policy: what it does, as it is written, and how it came to be. */
export function PolicyPage({ kind, namespace, name }: Props) {
  const router = useRouter()
  const scoped = useScopedPath()
  const query = useQuery({ ...objectQuery(kind, namespace, name), refetchInterval: usePolling() || 15_000 })
  const capabilities = query.data?.capabilities
  const go = (path: string) => router.push(scoped(path))
  return (
    <>
      <PageHeading
        title={`${namespace}/${name}`}
        aside={<Chip>{kind}</Chip>}
        actions={
          capabilities ? (
            <>
              <Gate
                reason={whyNot(capabilities, 'delete')}
                look="danger"
                onPress={() => go(`${paths.editPolicy(kind, namespace, name)}?op=delete`)}
              >
                Propose deletion
              </Gate>
              <Gate
                reason={whyNot(capabilities, 'edit')}
                look="primary"
                onApproach={() => void loadPolicyEditor()}
                onPress={() => go(paths.editPolicy(kind, namespace, name))}
              >
                Edit policy
              </Gate>
            </>
          ) : null
        }
      />
      <Answer query={query} label="policy">
        {(policy) => <PolicyTabs policy={policy} />}
      </Answer>
    </>
  )
}

function PolicyTabs({ policy }: { readonly policy: ObjectDetail }) {
  const [tab, setTab] = useUrlTab(['overview', 'yaml', 'history'])
  return (
    <Tabs
      label="Parts of the policy"
      active={tab}
      onChange={setTab}
      tabs={[
        { name: 'overview', label: 'Overview', content: <Overview policy={policy} /> },
        { name: 'yaml', label: 'YAML', content: <CodeBlock label="YAML" text={policy.yaml} /> },
        { name: 'history', label: `History (${policy.history.length})`, content: <PolicyHistory policy={policy} /> },
      ]}
    />
  )
}

function Overview({ policy: { summary, history } }: { readonly policy: ObjectDetail }) {
  const scoped = useScopedPath()
  const caveat = hitsCaveat(summary)
  const changeId = history.find(({ revision }) => revision === summary.revision)?.changeId
  return (
    <Panel title="Effect">
      <p className="mb-4 text-section">
        {summary.effect}.{summary.endsAt === undefined ? null : <FaultEnd at={summary.endsAt} />}
      </p>
      <FactList
        facts={[
          ['Acts on', <PolicyTarget key="target" target={summary.target} />],
          ['Kind', summary.kind],
          [
            'Requests in the last hour',
            <span key="hits">
              {hitsText(summary)}
              {caveat === undefined ? null : <span className="text-muted"> ({caveat})</span>}
            </span>,
          ],
          [
            'Active since revision',
            changeId ? (
              <Link key="revision" className="text-accent-text underline" href={scoped(paths.change(changeId))}>
                {summary.revision}
              </Link>
            ) : (
              summary.revision
            ),
          ],
          ['Last changed by', summary.changedBy],
          ['Last change', <RelativeTime key="at" at={summary.changedAt} />],
        ]}
      />
    </Panel>
  )
}
