'use client'
import { TextField } from '#ui/text-field.tsx'
import { FaultEffects } from './fault-effects.tsx'
import { MatchFields } from './match-fields.tsx'
import { type PolicyFormProps, textAt, textOrNothing } from './policy-form-props.ts'
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
      <div className="max-w-72">
        <TextField
          label="Ends by itself after"
          hint="Also when nobody is there to end it. 30m when left out."
          value={textAt(policy, ['spec', 'duration'])}
          problem={problemAt('/spec/duration')}
          onChange={(value) => set(['spec', 'duration'], textOrNothing(value))}
        />
      </div>
    </>
  )
}
