'use client'
import { CheckField } from '#ui/check-field.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { TextField } from '#ui/text-field.tsx'
import { CallerAndDestination } from './caller-and-destination.tsx'
import { LimitKeyFields } from './limit-key-fields.tsx'
import { MatchFields } from './match-fields.tsx'
import { NumberField } from './number-field.tsx'
import { type PolicyFormProps, textAt, textOrNothing } from './policy-form-props.ts'

const scopes = [
  { value: 'Instance', label: 'each instance by itself' },
  { value: 'Mesh', label: 'all instances together' },
] as const

/** A limit in words: whose requests, which of them, how many in which time, and who counts, and for whom. */
export function LimitForm(props: PolicyFormProps) {
  const { policy, set, setAll, problemAt } = props
  const scope = textAt(policy, ['spec', 'scope']) === 'Mesh' ? 'Mesh' : 'Instance'
  const amount = (field: 'requests' | 'interval' | 'burst') => ({
    value: textAt(policy, ['spec', 'limit', field]),
    problem: problemAt(`/spec/limit/${field}`),
  })
  const flag = (field: 'failureModeDeny' | 'shadowMode', label: string) => (
    <CheckField
      label={label}
      isOn={policy.get(['spec', field]) === true}
      onChange={(isOn) => set(['spec', field], isOn ? true : undefined)}
    />
  )
  return (
    <>
      <CallerAndDestination {...props} anyone="All callers together" />
      <MatchFields {...props} at={['spec', 'match', 0]} />
      <div className="grid items-start gap-3 @md:grid-cols-3">
        <NumberField
          label="Requests"
          {...amount('requests')}
          onChange={(value) => set(['spec', 'limit', 'requests'], value)}
        />
        <TextField
          label="In each"
          hint="1s, 1m, 1h"
          {...amount('interval')}
          onChange={(value) => set(['spec', 'limit', 'interval'], textOrNothing(value))}
        />
        <NumberField
          label="At once"
          hint="After a pause. As many as in an interval when left out."
          {...amount('burst')}
          onChange={(value) => set(['spec', 'limit', 'burst'], value)}
        />
      </div>
      <LimitKeyFields {...props} />
      <div className="grid grid-cols-2 items-start gap-3">
        <SelectField
          label="Counted by"
          value={scope}
          options={scopes}
          problem={problemAt('/spec/scope')}
          onChange={(next) =>
            setAll([
              [['spec', 'scope'], next === 'Mesh' ? 'Mesh' : undefined],
              // Only a count that instances share has these.
              ...(next === 'Mesh' ? [] : meshOnly.map((field) => [['spec', field], undefined] as const)),
            ])
          }
        />
        {scope === 'Mesh' ? (
          <div className="flex flex-col pt-5">
            {flag('failureModeDeny', 'Refuse while the count cannot be asked')}
            {flag('shadowMode', 'Only count, refuse nothing')}
          </div>
        ) : null}
      </div>
    </>
  )
}

const meshOnly = ['countBy', 'failureModeDeny', 'shadowMode'] as const
