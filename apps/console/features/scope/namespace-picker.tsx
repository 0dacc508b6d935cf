'use client'
import { useQuery } from '@tanstack/react-query'
import { catalogServicesQuery } from '#control/service-queries.ts'
import { inputClass } from '#ui/input-class.ts'
import { useScope } from './use-scope.ts'

/** One namespace, or all of them. */
export function NamespacePicker() {
  const { namespaces, setScope } = useScope()
  const { data = [] } = useQuery(catalogServicesQuery)
  const known = [...new Set([...data.map(({ namespace }) => namespace), ...namespaces])].sort()
  return (
    <select
      aria-label="Namespace"
      className={`${inputClass} w-auto! max-w-48`}
      value={namespaces.join(',')}
      onChange={(event) => setScope({ namespaces: event.target.value === '' ? [] : [event.target.value] })}
    >
      <option value="">All namespaces</option>
      {known.map((namespace) => (
        <option key={namespace} value={namespace}>
          {namespace}
        </option>
      ))}
      {namespaces.length > 1 ? <option value={namespaces.join(',')}>{namespaces.join(', ')}</option> : null}
    </select>
  )
}
