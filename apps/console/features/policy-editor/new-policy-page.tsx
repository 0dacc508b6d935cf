'use client'
import { useQuery } from '@tanstack/react-query'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useEffect } from 'react'
import { Answer } from '#control/answer.tsx'
import { objectsQuery } from '#control/object-queries.ts'
import { activeRevisionQuery } from '#control/revision-queries.ts'
import { catalogServicesQuery } from '#control/service-queries.ts'
import { kindWords } from '#features/policies/kind-words.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { useSession } from '#features/session/use-session.ts'
import { type PolicyPrefill, paths } from '#paths'
import { PageHeading } from '#ui/page-heading.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { Skeleton } from '#ui/skeleton.tsx'
import { PolicyEditor } from './policy-editor.tsx'
import { type EditableKind, editableKinds, policyTemplate } from './policy-template.ts'

/** A policy that is not there yet; the address says what it begins with. */
export function NewPolicyPage() {
  const search = useSearchParams()
  const router = useRouter()
  const pathname = usePathname()
  const kind = editableKinds.find((each) => each === search.get('kind')) ?? 'FaultInjection'
  const prefill = readPrefill(search)
  const isRouted = useExistingRoute(kind, prefill)
  const setKind = (next: EditableKind) => {
    const address = new URLSearchParams(search)
    address.set('kind', next)
    router.replace(`${pathname}?${address}`, { scroll: false })
  }
  return (
    <>
      <PageHeading title={kind === 'FaultInjection' ? 'Inject a fault' : `New ${kind}`} />
      <div className="max-w-sm">
        <SelectField
          label="Kind"
          value={kind}
          options={editableKinds.map((value) => ({ value, label: `${value}: ${kindWords[value] ?? ''}` }))}
          onChange={setKind}
        />
      </div>
      {isRouted === false ? <NewPolicy kind={kind} prefill={prefill} /> : <Skeleton label="Loading policies" />}
    </>
  )
}

function NewPolicy({ kind, prefill }: { readonly kind: EditableKind; readonly prefill: PolicyPrefill }) {
  const services = useQuery(catalogServicesQuery)
  const revision = useQuery(activeRevisionQuery)
  const person = useSession()?.user.username ?? ''
  const draftName = [person, 'new', kind, prefill.action, prefill.source, prefill.destination].join(':')
  return (
    <Answer query={services} label="services">
      {(known) => (
        <Answer query={revision} label="newest revision">
          {(basedOn) => {
            const target = known.find(({ namespace, name }) => `${namespace}/${name}` === prefill.destination)
            const text = policyTemplate(kind, prefill, target?.ports[0]?.port ?? 8080)
            return <PolicyEditor key={draftName} fresh={{ text, basedOn }} draftName={draftName} kind={kind} isNew />
          }}
        </Answer>
      )}
    </Answer>
  )
}

/**
 * A second route of the same name would replace the first and its comments, so who wants to split a service that has a
 * route is led to that one. False when there is none; undefined until it is known.
 */
function useExistingRoute(kind: EditableKind, { destination }: PolicyPrefill): boolean | undefined {
  const router = useRouter()
  const scoped = useScopedPath()
  const isAsked = kind === 'HTTPRoute' && destination !== undefined
  const { data, error } = useQuery({ ...objectsQuery({ kind: 'HTTPRoute' }), enabled: isAsked })
  const route = isAsked ? data?.items.find(({ target }) => target === `Service ${destination}`) : undefined
  const path = route ? paths.editPolicy(route.kind, route.namespace, route.name) : undefined
  useEffect(() => {
    if (path !== undefined) router.replace(scoped(path))
  }, [path, router, scoped])
  if (!isAsked || error) return false
  return data === undefined ? undefined : path !== undefined
}

function readPrefill(search: URLSearchParams): PolicyPrefill {
  const service = (name: string) => {
    const text = search.get(name) ?? ''
    return /^[a-z0-9-]{1,63}\/[a-z0-9-]{1,63}$/.test(text) ? text : undefined
  }
  const [source, destination] = [service('source'), service('destination')]
  const action = search.get('action')
  return {
    ...(source === undefined ? {} : { source }),
    ...(destination === undefined ? {} : { destination }),
    ...(action === 'ALLOW' || action === 'DENY' ? { action } : {}),
  }
}
