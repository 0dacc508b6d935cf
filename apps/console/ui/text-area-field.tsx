'use client'
import { Field } from './field.tsx'
import { inputClass } from './input-class.ts'

type Props = Omit<React.ComponentProps<'textarea'>, 'onChange' | 'value'> & {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly hint?: string | undefined
  readonly problem?: string | undefined
}

export function TextAreaField({ label, value, onChange, hint, problem, rows = 3, ...rest }: Props) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(aria) => (
        <textarea
          {...rest}
          {...aria}
          rows={rows}
          className={`${inputClass} py-1`}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
