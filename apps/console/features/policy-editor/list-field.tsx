'use client'
import type { TextField } from '#ui/text-field.tsx'
import { TypedField } from '#ui/typed-field.tsx'

type Props = Omit<React.ComponentProps<typeof TextField>, 'value' | 'onChange'> & {
  readonly values: readonly string[]
  readonly onChange: (values: string[]) => void
}

/** A list of texts, separated by commas. */
export function ListField({ values, onChange, ...rest }: Props) {
  return (
    <TypedField
      {...rest}
      value={values.join(', ')}
      normalise={(text) => parts(text).join(', ')}
      onChange={(text) => onChange(parts(text))}
    />
  )
}

function parts(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
