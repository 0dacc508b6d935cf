'use client'
import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useEffect } from 'react'
import { objectsQuery } from '#control/object-queries.ts'
import { kindWords } from '#features/policy-editor/kind-words.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { type PolicyPrefill, paths } from '#paths'
import { PageHeading } from '#ui/page-heading.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { Skeleton } from '#ui/skeleton.tsx'
import { type EditableKind, editableKinds } from './editable-kinds.ts'
import { loadNewPolicy } from './load-policy-editor.ts'

const NewPolicy = dynamic(loadNewPolicy, {
  ssr: false,
  loading: () => <Skeleton lines={8} label="Loading the editor" />,
})

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
