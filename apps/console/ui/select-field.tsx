'use client'
import { Field } from './field.tsx'
import { inputClass } from './input-class.ts'

export type Option<Value extends string> = { readonly value: Value; readonly label: string }

export function SelectField<Value extends string>({
  label,
  value,
  options,
  onChange,
  hint,
  problem,
  disabled = false,
}: {
  readonly label: string
  readonly value: Value
  readonly options: readonly Option<Value>[]
  readonly onChange: (value: Value) => void
  readonly hint?: string | undefined
  readonly problem?: string | undefined
  readonly disabled?: boolean
}) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(aria) => (
        <select
          {...aria}
          className={inputClass}
          disabled={disabled}
          value={value}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value)
            if (chosen) onChange(chosen.value)
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
