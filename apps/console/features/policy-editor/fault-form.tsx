'use client'
import { SelectField } from '#ui/select-field.tsx'
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
    <div className="flex flex-col gap-4">
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
      <fieldset className="grid grid-cols-3 items-end gap-3">
        <legend className="mb-1 font-medium">Abort</legend>
        <Toggle
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
      </fieldset>
      <fieldset className="grid grid-cols-3 items-end gap-3">
        <legend className="mb-1 font-medium">Delay</legend>
        <Toggle
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
      </fieldset>
      <div className="max-w-48">
        <TextField
          label="Ends by itself after"
          hint="Also when nobody is there to end it. 30m when left out."
          value={textAt(policy, ['spec', 'duration'])}
          problem={problemAt('/spec/duration')}
          onChange={(value) => set(['spec', 'duration'], textOrNothing(value))}
        />
      </div>
    </div>
  )
}

function Toggle({
  label,
  isOn,
  onChange,
}: {
  readonly label: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
}) {
  return (
    <SelectField
      label={label}
      value={isOn ? 'yes' : 'no'}
      options={[
        { value: 'yes', label: 'Yes' },
        { value: 'no', label: 'No' },
      ]}
      onChange={(value) => onChange(value === 'yes')}
    />
  )
}
