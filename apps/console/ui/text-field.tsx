'use client'
import { Field } from './field.tsx'
import { inputClass } from './input-class.ts'

type Props = Omit<React.ComponentProps<'input'>, 'onChange' | 'value'> & {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly hint?: string | undefined
  readonly problem?: string | undefined
}

export function TextField({ label, value, onChange, hint, problem, ...rest }: Props) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(aria) => (
        <input
          {...rest}
          {...aria}
          className={inputClass}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
