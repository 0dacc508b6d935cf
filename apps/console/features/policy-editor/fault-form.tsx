'use client'
import { CheckField } from '#ui/check-field.tsx'
import { TextField } from '#ui/text-field.tsx'
import { MatchFields } from './match-fields.tsx'
import { NumberField } from './number-field.tsx'
import { type PolicyFormProps, textAt, textOrNothing } from './policy-form-props.ts'
import { ServiceField } from './service-field.tsx'

/** A fault in words: whose requests, which of them, what happens to how many, and for how long. */
export function FaultForm(props: PolicyFormProps) {
  const { policy, set, services, problemAt } = props
  const namespace = textAt(policy, ['metadata', 'namespace'])
  const has = (field: 'abort' | 'delay') => policy.get(['spec', field]) !== undefined
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
      <div className="grid grid-cols-[minmax(9rem,1fr)_1fr_1fr] items-end gap-3">
        <CheckField
          label="Answer instead"
          isOn={has('abort')}
          onChange={(isOn) => set(['spec', 'abort'], isOn ? { percentage: 10, httpStatus: 503 } : undefined)}
        />
        {has('abort') ? (
          <>
            <NumberField
              label="Abort percentage"
              value={textAt(policy, ['spec', 'abort', 'percentage'])}
              problem={problemAt('/spec/abort/percentage')}
              onChange={(value) => set(['spec', 'abort', 'percentage'], value)}
            />
            <NumberField
              label="HTTP status"
              value={textAt(policy, ['spec', 'abort', 'httpStatus'])}
              problem={problemAt('/spec/abort/httpStatus')}
              onChange={(value) => set(['spec', 'abort', 'httpStatus'], value)}
            />
          </>
        ) : null}
      </div>
      <div className="grid grid-cols-[minmax(9rem,1fr)_1fr_1fr] items-end gap-3">
        <CheckField
          label="Delay first"
          isOn={has('delay')}
          onChange={(isOn) => set(['spec', 'delay'], isOn ? { percentage: 10, fixedDelay: '1s' } : undefined)}
        />
        {has('delay') ? (
          <>
            <NumberField
              label="Delay percentage"
              value={textAt(policy, ['spec', 'delay', 'percentage'])}
              problem={problemAt('/spec/delay/percentage')}
              onChange={(value) => set(['spec', 'delay', 'percentage'], value)}
            />
            <TextField
              label="Delay"
              value={textAt(policy, ['spec', 'delay', 'fixedDelay'])}
              problem={problemAt('/spec/delay/fixedDelay')}
              onChange={(value) => set(['spec', 'delay', 'fixedDelay'], textOrNothing(value))}
            />
          </>
        ) : null}
      </div>
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
