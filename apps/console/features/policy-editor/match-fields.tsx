import { SelectField } from '#ui/select-field.tsx'
import { TextField } from '#ui/text-field.tsx'
import { type PolicyFormProps, textAt, textOrNothing } from './policy-form-props.ts'
import type { Path } from './policy-text.ts'

const methods = ['', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'].map((value) => ({
  value,
  label: value === '' ? 'Any method' : value,
}))
const types = [
  { value: 'Exact', label: 'is exactly' },
  { value: 'PathPrefix', label: 'begins with' },
  { value: 'RegularExpression', label: 'matches (RE2)' },
]

/** Which requests: path and method of one match. More conditions are written in YAML and stay there. */
export function MatchFields({
  policy,
  set,
  problemAt,
  at,
  ordinal = '',
}: PolicyFormProps & {
  readonly at: Path
  /** Tells the fields of one match from those of another: "2". */
  readonly ordinal?: string
}) {
  const path = textAt(policy, [...at, 'path', 'value'])
  const type = textAt(policy, [...at, 'path', 'type']) || (path === '' ? 'Exact' : 'PathPrefix')
  const pointer = `/${at.join('/')}`
  const named = (label: string) => (ordinal === '' ? label : `${label} ${ordinal}`)
  return (
    <div className="grid min-w-0 flex-1 gap-3 @md:grid-cols-[minmax(7rem,1fr)_2fr_minmax(7rem,1fr)]">
      <SelectField
        label={named('Path')}
        value={type}
        options={types}
        onChange={(value) => (path === '' ? undefined : set([...at, 'path'], { type: value, value: path }))}
      />
      <TextField
        label={named('Path value')}
        placeholder="every path"
        value={path}
        problem={problemAt(`${pointer}/path/value`)}
        onChange={(value) => set([...at, 'path'], value === '' ? undefined : { type, value })}
      />
      <SelectField
        label={named('Method')}
        value={textAt(policy, [...at, 'method'])}
        options={methods}
        onChange={(value) => set([...at, 'method'], textOrNothing(value))}
      />
    </div>
  )
}
