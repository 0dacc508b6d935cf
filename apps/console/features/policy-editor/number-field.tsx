'use client'
import type { TextField } from '#ui/text-field.tsx'
import { TypedField } from '#ui/typed-field.tsx'
import { numberOrNothing } from './policy-form-props.ts'

type Props = Omit<React.ComponentProps<typeof TextField>, 'onChange'> & {
  /** What is no number arrives as it was typed, so that its problem is seen where it is. */
  readonly onChange: (value: number | string | undefined) => void
}

export function NumberField({ onChange, ...rest }: Props) {
  return (
    <TypedField
      inputMode="decimal"
      {...rest}
      normalise={(text) => String(numberOrNothing(text) ?? '')}
      onChange={(text) => onChange(numberOrNothing(text))}
    />
  )
}
