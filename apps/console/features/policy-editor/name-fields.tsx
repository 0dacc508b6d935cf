import { TextField } from '#ui/text-field.tsx'
import { type PolicyFormProps, textAt } from './policy-form-props.ts'

/** What the policy is called. A change of name is another policy, so an existing one keeps its own. */
export function NameFields({ policy, set, problemAt, isNew }: PolicyFormProps & { readonly isNew: boolean }) {
  return (
    <div className="grid grid-cols-2 gap-3">
      <TextField
        label="Name"
        value={textAt(policy, ['metadata', 'name'])}
        problem={problemAt('/metadata/name')}
        disabled={!isNew}
        onChange={(value) => set(['metadata', 'name'], value)}
      />
      <TextField
        label="Namespace"
        value={textAt(policy, ['metadata', 'namespace'])}
        problem={problemAt('/metadata/namespace')}
        disabled={!isNew}
        onChange={(value) => set(['metadata', 'namespace'], value)}
      />
    </div>
  )
}
