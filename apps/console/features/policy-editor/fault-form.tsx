'use client'
import { FaultEffects } from './fault-effects.tsx'
import { FaultEndFields } from './fault-end-fields.tsx'
import { MatchFields } from './match-fields.tsx'
import { type PolicyFormProps, textAt } from './policy-form-props.ts'
import { ServiceField } from './service-field.tsx'

/** A fault in words: whose requests, which of them, what happens to how many, and for how long. */
export function FaultForm(props: PolicyFormProps) {
  const { policy, set, services, problemAt } = props
  const namespace = textAt(policy, ['metadata', 'namespace'])
  return (
    <>
      <div className="grid grid-cols-2 gap-3">
        <ServiceField
          label="Caller"
          none="Every caller"
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
      <MatchFields {...props} at={['spec', 'match', 0]} />
      <FaultEffects {...props} />
      <FaultEndFields {...props} />
    </>
  )
}
