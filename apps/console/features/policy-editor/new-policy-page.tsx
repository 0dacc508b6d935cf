'use client'
import { useQuery } from '@tanstack/react-query'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { Answer } from '#control/answer.tsx'
import { catalogServicesQuery } from '#control/service-queries.ts'
import { kindWords } from '#features/policies/kind-words.ts'
import type { PolicyPrefill } from '#paths'
import { PageHeading } from '#ui/page-heading.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { PolicyEditor } from './policy-editor.tsx'
import { type EditableKind, editableKinds, policyTemplate } from './policy-template.ts'

/** A policy that is not there yet; the address says what it begins with. */
export function NewPolicyPage() {
  const search = useSearchParams()
  const router = useRouter()
  const pathname = usePathname()
  const query = useQuery(catalogServicesQuery)
  const kind = editableKinds.find((each) => each === search.get('kind')) ?? 'FaultInjection'
  const prefill = readPrefill(search)
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
      <Answer query={query} label="services">
        {(services) => {
          const port = services.find(({ namespace, name }) => `${namespace}/${name}` === prefill.destination)?.ports[0]
            ?.port
          return <PolicyEditor key={kind} initial={policyTemplate(kind, prefill, port ?? 8080)} kind={kind} isNew />
        }}
      </Answer>
    </>
  )
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
