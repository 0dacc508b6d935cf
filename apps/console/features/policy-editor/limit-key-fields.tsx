'use client'
import { SelectField } from '#ui/select-field.tsx'
import { TextField } from '#ui/text-field.tsx'
import { type PolicyFormProps, textAt } from './policy-form-props.ts'

const keys = [
  { value: '', label: 'all of them together' },
  { value: 'ClientAddress', label: 'each client address' },
  { value: 'Caller', label: 'each calling service' },
  { value: 'Header', label: 'each value of a header' },
]
const first = ['spec', 'countBy', 0] as const

/** Who has a count of its own. Only a count that instances share tells them apart, so the choice makes it one. */
export function LimitKeyFields({ policy, setAll, set, problemAt }: PolicyFormProps) {
  const type = textAt(policy, [...first, 'type'])
  return (
    <div className="grid grid-cols-2 items-start gap-3">
      <SelectField
        label="A count for"
        value={type}
        options={keys}
        problem={problemAt('/spec/countBy') ?? problemAt('/spec/countBy/0')}
        onChange={(next) =>
          setAll(
            next === ''
              ? [[['spec', 'countBy'], undefined]]
              : [
                  [['spec', 'scope'], 'Mesh'],
                  [['spec', 'countBy'], [{ type: next, ...(next === 'Header' ? { name: 'x-user' } : {}) }]],
                ],
          )
        }
      />
      {type === 'Header' ? (
        <TextField
          label="Header"
          hint="Requests without it share one count."
          value={textAt(policy, [...first, 'name'])}
          problem={problemAt('/spec/countBy/0/name')}
          onChange={(name) => set([...first, 'name'], name)}
        />
      ) : null}
    </div>
  )
}
