'use client'
import { Button } from '#ui/button.tsx'
import { TextField } from '#ui/text-field.tsx'
import { MatchFields } from './match-fields.tsx'
import { NumberField } from './number-field.tsx'
import { type PolicyFormProps, textAt, textOrNothing } from './policy-form-props.ts'
import { ServiceField } from './service-field.tsx'

/** How requests to a service are matched, split and limited in time. Filters and retries are written in YAML. */
export function RouteForm(props: PolicyFormProps) {
  const { policy, set, services, problemAt } = props
  const namespace = textAt(policy, ['metadata', 'namespace'])
  const rules = policy.get(['spec', 'rules'])
  const count = Array.isArray(rules) ? rules.length : 0
  const parent = textAt(policy, ['spec', 'parentRefs', 0, 'name'])
  return (
    <div className="flex flex-col gap-4">
      <div className="max-w-sm">
        <ServiceField
          label="Service"
          namespace={namespace}
          services={services}
          value={parent}
          problem={problemAt('/spec/parentRefs/0/name')}
          onChange={(name) => set(['spec', 'parentRefs', 0, 'name'], name)}
        />
      </div>
      {Array.from({ length: count }, (_, index) => (
        <RuleFields
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule has no other name than its place
          key={index}
          {...props}
          index={index}
          namespace={namespace}
        />
      ))}
      <div>
        <Button
          onClick={() => set(['spec', 'rules', count], { backendRefs: [{ name: parent, port: 8080, weight: 100 }] })}
        >
          Add a rule
        </Button>
      </div>
    </div>
  )
}

function RuleFields(props: PolicyFormProps & { readonly index: number; readonly namespace: string }) {
  const { policy, set, services, problemAt, index, namespace } = props
  const at = ['spec', 'rules', index] as const
  const backends = policy.get([...at, 'backendRefs'])
  const refs = Array.isArray(backends) ? (backends as readonly { readonly weight?: number }[]) : [] // as the kind has it
  const sum = refs.reduce((total, { weight = 1 }) => total + (typeof weight === 'number' ? weight : 0), 0)
  return (
    <fieldset className="flex flex-col gap-3 rounded-card border border-line p-3">
      <legend className="px-1 font-medium">Rule {index + 1}</legend>
      <MatchFields {...props} at={[...at, 'matches', 0]} />
      {refs.map(({ weight = 1 }, place) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a backend has no other name than its place
          key={place}
          className="grid grid-cols-[2fr_1fr_1fr_auto] items-end gap-3"
        >
          <ServiceField
            label={`Backend ${place + 1}`}
            namespace={namespace}
            services={services}
            value={textAt(policy, [...at, 'backendRefs', place, 'name'])}
            problem={problemAt(`/${at.join('/')}/backendRefs/${place}/name`)}
            onChange={(name) => set([...at, 'backendRefs', place, 'name'], name)}
          />
          <NumberField
            label={`Weight ${place + 1}`}
            value={textAt(policy, [...at, 'backendRefs', place, 'weight'])}
            problem={problemAt(`/${at.join('/')}/backendRefs/${place}/weight`)}
            onChange={(value) => set([...at, 'backendRefs', place, 'weight'], value)}
          />
          <p className="pb-1.5 text-muted">{sum === 0 ? 0 : Math.round((weight / sum) * 100)} %</p>
          <Button size="small" onClick={() => set([...at, 'backendRefs', place], undefined)}>
            Remove
          </Button>
        </div>
      ))}
      <div className="grid grid-cols-2 items-end gap-3">
        <div>
          <Button
            size="small"
            onClick={() => set([...at, 'backendRefs', refs.length], { name: '', port: 8080, weight: 0 })}
          >
            Add a backend
          </Button>
        </div>
        <TextField
          label="Request timeout"
          placeholder="15s"
          value={textAt(policy, [...at, 'timeouts', 'request'])}
          problem={problemAt(`/${at.join('/')}/timeouts/request`)}
          onChange={(value) => set([...at, 'timeouts', 'request'], textOrNothing(value))}
        />
      </div>
    </fieldset>
  )
}
