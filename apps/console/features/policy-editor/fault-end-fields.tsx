'use client'
import { fromLocalTime, toLocalTime } from '#ui/local-time.ts'
import { SelectField } from '#ui/select-field.tsx'
import { TextField } from '#ui/text-field.tsx'
import { NumberField } from './number-field.tsx'
import { type PolicyFormProps, textAt, textOrNothing } from './policy-form-props.ts'

const ends = [
  { value: 'after', label: 'after a while' },
  { value: 'at', label: 'at a time' },
] as const

/** How long a fault goes on at most, and how many requests it may hold at once. */
export function FaultEndFields({ policy, set, setAll, problemAt }: PolicyFormProps) {
  const expiresAt = textAt(policy, ['spec', 'expiresAt'])
  const end = policy.get(['spec', 'expiresAt']) === undefined ? 'after' : 'at'
  return (
    <div className="grid items-start gap-3 @md:grid-cols-3">
      <SelectField
        label="Ends by itself"
        value={end}
        options={ends}
        onChange={(next) => {
          if (next === end) return
          const isAt = next === 'at'
          setAll([
            [['spec', 'duration'], isAt ? undefined : '30m'],
            [['spec', 'expiresAt'], isAt ? fromLocalTime(toLocalTime(inHalfAnHour())) : undefined],
          ])
        }}
      />
      {end === 'after' ? (
        <TextField
          label="Ends by itself after"
          hint="Also when nobody is there to end it. 30m when left out."
          value={textAt(policy, ['spec', 'duration'])}
          problem={problemAt('/spec/duration')}
          onChange={(value) => set(['spec', 'duration'], textOrNothing(value))}
        />
      ) : (
        <TextField
          label="Ends at"
          type="datetime-local"
          hint="On your clock; proxies end it by theirs."
          value={toLocalTime(expiresAt)}
          problem={problemAt('/spec/expiresAt')}
          // One that is being typed is no time yet.
          onChange={(value) => value !== '' && set(['spec', 'expiresAt'], fromLocalTime(value))}
        />
      )}
      <NumberField
        label="Most at once"
        hint="In each listener of a proxy; above it requests pass. No limit when left out."
        value={textAt(policy, ['spec', 'maxActiveFaults'])}
        problem={problemAt('/spec/maxActiveFaults')}
        onChange={(value) => set(['spec', 'maxActiveFaults'], value)}
      />
    </div>
  )
}

function inHalfAnHour(): string {
  return new Date(Date.now() + 30 * 60_000).toISOString()
}
