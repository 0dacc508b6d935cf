'use client'
import { Button } from '#ui/button.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { ListField } from './list-field.tsx'
import { type PolicyFormProps, textAt } from './policy-form-props.ts'
import type { Path, PolicyText } from './policy-text.ts'
import { ServiceField } from './service-field.tsx'

const actions = [
  { value: 'ALLOW', label: 'ALLOW: only what a rule allows' },
  { value: 'DENY', label: 'DENY: refuse what a rule names' },
]

/** Who may call a service with what. Lists are separated by commas. */
export function AccessForm(props: PolicyFormProps) {
  const { policy, set, services, problemAt } = props
  const namespace = textAt(policy, ['metadata', 'namespace'])
  const rules = policy.get(['spec', 'rules'])
  const count = Array.isArray(rules) ? rules.length : 0
  const hasSelector = policy.get(['spec', 'selector']) !== undefined
  return (
    <div className="flex flex-col gap-4">
      <div className="grid grid-cols-2 gap-3">
        {hasSelector ? (
          <p className="text-muted">It protects workloads by their labels; those are written in YAML.</p>
        ) : (
          <ServiceField
            label="Protected service"
            none="Every workload of the namespace"
            namespace={namespace}
            services={services}
            value={textAt(policy, ['spec', 'targetRefs', 0, 'name'])}
            problem={problemAt('/spec/targetRefs/0/name')}
            onChange={(name) =>
              set(['spec', 'targetRefs'], name === '' ? undefined : [{ group: '', kind: 'Service', name }])
            }
          />
        )}
        <SelectField
          label="Action"
          value={textAt(policy, ['spec', 'action']) || 'ALLOW'}
          options={actions}
          onChange={(value) => set(['spec', 'action'], value)}
        />
      </div>
      {Array.from({ length: count }, (_, index) => (
        <RuleFields
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule has no other name than its place
          key={index}
          {...props}
          index={index}
        />
      ))}
      <div>
        <Button onClick={() => set(['spec', 'rules', count], { to: [{ operation: { methods: ['GET'] } }] })}>
          Add a rule
        </Button>
      </div>
    </div>
  )
}

function RuleFields({ policy, set, problemAt, index }: PolicyFormProps & { readonly index: number }) {
  const source = ['spec', 'rules', index, 'from', 0, 'source'] as const
  const operation = ['spec', 'rules', index, 'to', 0, 'operation'] as const
  const list = (
    label: string,
    path: readonly (string | number)[],
    hint: string,
    parent: readonly (string | number)[],
  ) => (
    <ListField
      label={`Rule ${index + 1}: ${label}`}
      values={textsAt(policy, path)}
      hint={hint}
      problem={problemAt(`/${path.join('/')}`) ?? problemAt(`/${path.join('/')}/0`)}
      onChange={(values) => {
        if (values.length > 0) set(path, values)
        else if (onlyField(policy.get(parent), path.at(-1))) set(parent.slice(0, -2), undefined)
        else set(path, undefined)
      }}
    />
  )
  return (
    <fieldset className="grid gap-3 @md:grid-cols-3 rounded-card border border-line p-3">
      <legend className="px-1 font-medium">Rule {index + 1}</legend>
      {list('callers', [...source, 'serviceAccounts'], 'namespace/service account; empty: everyone', source)}
      {list('methods', [...operation, 'methods'], 'empty: every method', operation)}
      {list('paths', [...operation, 'paths'], '/exact, /prefix*; empty: every path', operation)}
      <div className="@md:col-span-3">
        <Button size="small" look="danger" onClick={() => set(['spec', 'rules', index], undefined)}>
          Remove rule {index + 1}
        </Button>
      </div>
    </fieldset>
  )
}

function textsAt(policy: PolicyText, path: Path): readonly string[] {
  const value = policy.get(path)
  return Array.isArray(value) ? value.map(String) : []
}

/** An empty source or operation would match everything: the last field takes it along. */
function onlyField(value: unknown, field: string | number | undefined): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).every((key) => key === field)
}
