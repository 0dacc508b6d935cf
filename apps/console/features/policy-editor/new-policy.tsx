'use client'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '#control/answer.tsx'
import { activeRevisionQuery } from '#control/revision-queries.ts'
import { catalogServicesQuery } from '#control/service-queries.ts'
import { useScope } from '#features/scope/use-scope.ts'
import { useSession } from '#features/session/use-session.ts'
import type { PolicyPrefill } from '#paths'
import type { EditableKind } from './editable-kinds.ts'
import { PolicyEditor } from './policy-editor.tsx'
import { policyTemplate } from './policy-template.ts'

/** The editor over what a new policy of a kind begins with. */
export function NewPolicy({ kind, prefill }: { readonly kind: EditableKind; readonly prefill: PolicyPrefill }) {
  const services = useQuery(catalogServicesQuery)
  const revision = useQuery(activeRevisionQuery)
  const person = useSession()?.user.username ?? ''
  const { namespaces } = useScope()
  const draftName = [person, 'new', kind, prefill.action, prefill.source, prefill.destination].join(':')
  return (
    <Answer query={services} label="services">
      {(known) => (
        <Answer query={revision} label="newest revision">
          {(basedOn) => {
            const target = known.find(({ namespace, name }) => `${namespace}/${name}` === prefill.destination)
            const text = policyTemplate(kind, prefill, target?.ports[0]?.port ?? 8080, homeOf(namespaces, known))
            return <PolicyEditor key={draftName} fresh={{ text, basedOn }} draftName={draftName} kind={kind} isNew />
          }}
        </Answer>
      )}
    </Answer>
  )
}

/** The namespace that is looked at, or the first that has a service. */
function homeOf(looked: readonly string[], services: readonly { readonly namespace: string }[]): string {
  return looked[0] ?? services.map(({ namespace }) => namespace).sort()[0] ?? 'default'
}
