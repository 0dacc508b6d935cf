import { SelectField } from '#ui/select-field.tsx'
import type { PolicyFormProps } from './policy-form-props.ts'

/** One of the services that the mesh knows in a namespace, or what is written although it knows it not. */
export function ServiceField({
  label,
  value,
  namespace,
  services,
  none,
  problem,
  onChange,
}: Pick<PolicyFormProps, 'services'> & {
  readonly label: string
  readonly value: string
  readonly namespace: string
  /** What the empty choice says; undefined: there must be one. */
  readonly none?: string
  readonly problem?: string | undefined
  readonly onChange: (value: string) => void
}) {
  const names = services.filter((service) => service.namespace === namespace).map(({ name }) => name)
  const known = value === '' || names.includes(value) ? names : [value, ...names]
  return (
    <SelectField
      label={label}
      value={value}
      options={[
        { value: '', label: none ?? 'Choose a service' },
        ...known.map((name) => ({ value: name, label: name })),
      ]}
      // What is wrong with a name that nobody has given yet is that nobody has.
      problem={value === '' && problem !== undefined && none === undefined ? 'Choose a service' : problem}
      onChange={onChange}
    />
  )
}
