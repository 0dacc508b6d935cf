'use client'
import { type PolicyFormProps, textAt } from './policy-form-props.ts'
import { ServiceField } from './service-field.tsx'

/** Whose requests to which service a policy is about; `anyone` says what no caller stands for. */
export function CallerAndDestination({
  policy,
  set,
  services,
  problemAt,
  anyone,
}: PolicyFormProps & { readonly anyone: string }) {
  const namespace = textAt(policy, ['metadata', 'namespace'])
  return (
    <div className="grid grid-cols-2 gap-3">
      <ServiceField
        label="Caller"
        none={anyone}
        namespace={namespace}
        services={services}
        value={textAt(policy, ['spec', 'from', 0, 'service'])}
        problem={problemAt('/spec/from/0/service')}
        onChange={(service) => set(['spec', 'from'], service === '' ? undefined : [{ service }])}
      />
      <ServiceField
        label="Destination"
        namespace={namespace}
        services={services}
        value={textAt(policy, ['spec', 'targetRef', 'name'])}
        problem={problemAt('/spec/targetRef/name')}
        onChange={(name) => set(['spec', 'targetRef', 'name'], name)}
      />
    </div>
  )
}
