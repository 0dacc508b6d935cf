'use client'
import { useState } from 'react'
import { TextField } from './text-field.tsx'

type Props = React.ComponentProps<typeof TextField> & {
  /** The value that a typed text stands for, written as `value` would be: "0." stands for "0", "GET," for "GET". */
  readonly normalise: (text: string) => string
}

/**
 * A text field over a value that is kept in another form than it is typed in, such as a number or a list.
 *
 * It shows what was typed for as long as that stands for the value, or a half-written "0." would lose its dot.
 */
export function TypedField({ value, onChange, normalise, ...rest }: Props) {
  const [typed, setTyped] = useState(value)
  return (
    <TextField
      {...rest}
      value={normalise(typed) === value ? typed : value}
      onChange={(text) => {
        setTyped(text)
        onChange(text)
      }}
    />
  )
}
