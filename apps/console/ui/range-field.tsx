'use client'
import { Field } from './field.tsx'

/** A share between nothing and everything, in percent. */
export function RangeField({
  label,
  value,
  onChange,
}: {
  readonly label: string
  readonly value: number
  readonly onChange: (value: number) => void
}) {
  return (
    <Field label={label}>
      {(aria) => (
        <span className="flex min-h-8 items-center gap-3">
          <input
            {...aria}
            type="range"
            min={0}
            max={100}
            className="h-6 min-w-0 flex-1 accent-accent"
            aria-valuetext={`${value} %`}
            value={value}
            onChange={(event) => onChange(Number(event.target.value))}
          />
          <output className="w-12 text-end font-medium">{value} %</output>
        </span>
      )}
    </Field>
  )
}
