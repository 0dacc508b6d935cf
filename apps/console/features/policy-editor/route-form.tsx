'use client'
import { Button } from '#ui/button.tsx'
import { MatchFields } from './match-fields.tsx'
import { countAt, type PolicyFormProps, textAt } from './policy-form-props.ts'
import { RouteBackends } from './route-backends.tsx'
import { RouteMirror } from './route-mirror.tsx'
import { RouteTiming } from './route-timing.tsx'
import { ServiceField } from './service-field.tsx'

/** How requests to a service are matched, split, limited in time, tried again and mirrored. Other filters are written in YAML. */
export function RouteForm(props: PolicyFormProps) {
  const { policy, set, services, problemAt } = props
  const namespace = textAt(policy, ['metadata', 'namespace'])
  const count = countAt(policy, ['spec', 'rules'])
  const parent = textAt(policy, ['spec', 'parentRefs', 0, 'name'])
  const port = Number(textAt(policy, ['spec', 'parentRefs', 0, 'port'])) || 8080
  return (
    <>
      <ServiceField
        label="Requests to"
        namespace={namespace}
        services={services}
        value={parent}
        problem={problemAt('/spec/parentRefs/0/name')}
        onChange={(name) => set(['spec', 'parentRefs', 0, 'name'], name)}
      />
      {Array.from({ length: count }, (_, index) => (
        <RuleFields
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule has no other name than its place
          key={index}
          {...props}
          index={index}
          isOnly={count === 1}
          namespace={namespace}
        />
      ))}
      <div>
        <Button onClick={() => set(['spec', 'rules', count], { backendRefs: [{ name: parent, port, weight: 100 }] })}>
          Add a rule
        </Button>
      </div>
    </>
  )
}

function RuleFields(
  props: PolicyFormProps & { readonly index: number; readonly isOnly: boolean; readonly namespace: string },
) {
  const { policy, set, index, isOnly, namespace } = props
  const at = ['spec', 'rules', index] as const
  const matches = countAt(policy, [...at, 'matches'])
  return (
    <fieldset className="flex min-w-0 flex-col gap-4 rounded-card border border-line p-3">
      <legend className="px-1 font-medium">Rule {index + 1}</legend>
      <div className="flex flex-col gap-2">
        {/* Without a match every request fits; the first fields then make one. */}
        {Array.from({ length: Math.max(1, matches) }, (_, place) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: a match has no other name than its place
            key={place}
            className="flex items-end gap-2"
          >
            <MatchFields {...props} at={[...at, 'matches', place]} ordinal={place === 0 ? '' : String(place + 1)} />
            {matches > 1 ? (
              <Button
                size="small"
                aria-label={`Remove match ${place + 1}`}
                onClick={() => set([...at, 'matches', place], undefined)}
              >
                Remove
              </Button>
            ) : null}
          </div>
        ))}
        {matches > 0 ? (
          <div>
            <Button
              size="small"
              look="quiet"
              onClick={() => set([...at, 'matches', matches], { path: { type: 'PathPrefix', value: '/' } })}
            >
              + Or another match
            </Button>
          </div>
        ) : null}
      </div>
      <RouteBackends {...props} at={at} namespace={namespace} />
      <RouteTiming {...props} at={at} />
      <RouteMirror {...props} at={at} namespace={namespace} />
      {isOnly ? null : (
        <div>
          <Button size="small" look="danger" onClick={() => set(at, undefined)}>
            Remove rule {index + 1}
          </Button>
        </div>
      )}
    </fieldset>
  )
}
