'use client'
import { CheckField } from '#ui/check-field.tsx'
import { TextField } from '#ui/text-field.tsx'
import { FaultAnswer } from './fault-answer.tsx'
import { NumberField } from './number-field.tsx'
import { type PolicyFormProps, textAt, textOrNothing } from './policy-form-props.ts'

/** What a fault begins with when its effect is chosen; a tenth, because a first try should hurt few. */
const beginnings = {
  delay: { percentage: 10, fixedDelay: '1s' },
  abort: { percentage: 10, httpStatus: 503 },
  reset: { percentage: 10 },
  responseBandwidth: { percentage: 10, kibPerSecond: 16 },
} as const

type Effect = keyof typeof beginnings

/** What happens to the requests: each effect for a share of its own, in the order in which a proxy applies them. */
export function FaultEffects(props: PolicyFormProps) {
  const { policy, set, problemAt } = props
  const bound = (effect: Effect, field: string) => ({
    value: textAt(policy, ['spec', effect, field]),
    problem: problemAt(`/spec/${effect}/${field}`),
  })
  const number = (effect: Effect, field: string, label: string, hint?: string) => (
    <NumberField
      label={label}
      hint={hint}
      {...bound(effect, field)}
      onChange={(value) => set(['spec', effect, field], value)}
    />
  )
  const row = (effect: Effect, label: string, share: string, field?: React.ReactNode) => {
    const isOn = policy.get(['spec', effect]) !== undefined
    return (
      <div className="grid grid-cols-2 items-start gap-3 @md:grid-cols-[minmax(9rem,1fr)_1fr_1fr]">
        <div className="@max-md:col-span-2 @md:pt-5">
          <CheckField
            label={label}
            isOn={isOn}
            onChange={(next) => set(['spec', effect], next ? beginnings[effect] : undefined)}
          />
        </div>
        {isOn ? (
          <>
            {number(effect, 'percentage', `${share} percentage`)}
            {field}
          </>
        ) : null}
      </div>
    )
  }
  // That a fault does nothing at all is no one field's fault.
  const nothing = problemAt('/spec')
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="sr-only">What happens to them</legend>
      {row(
        'delay',
        'Delay first',
        'Delay',
        <TextField
          label="Delay"
          {...bound('delay', 'fixedDelay')}
          onChange={(value) => set(['spec', 'delay', 'fixedDelay'], textOrNothing(value))}
        />,
      )}
      {row('reset', 'Cut the connection', 'Reset')}
      {row('abort', 'Answer instead', 'Abort', <FaultAnswer {...props} />)}
      {row(
        'responseBandwidth',
        'Slow the answer down',
        'Slow answer',
        number('responseBandwidth', 'kibPerSecond', 'KiB per second', 'How fast the body of an answer goes out.'),
      )}
      {nothing ? (
        <p className="text-dense text-fail">
          <span aria-hidden>✕ </span>
          {nothing}
        </p>
      ) : null}
    </fieldset>
  )
}
