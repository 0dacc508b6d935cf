'use client'
import { Button } from '#ui/button.tsx'
import { RangeField } from '#ui/range-field.tsx'
import { NumberField } from './number-field.tsx'
import { type PolicyFormProps, textAt } from './policy-form-props.ts'
import type { Path } from './policy-text.ts'
import { ServiceField } from './service-field.tsx'
import { shareWeights } from './share-weights.ts'

/** Who takes the requests of a rule, and in which shares: a slider moves the others along, a weight alone does not. */
export function RouteBackends({
  policy,
  set,
  setAll,
  services,
  problemAt,
  at,
  namespace,
}: PolicyFormProps & { readonly at: Path; readonly namespace: string }) {
  const backends = policy.get([...at, 'backendRefs'])
  const refs = Array.isArray(backends) ? (backends as readonly { readonly weight?: unknown }[]) : [] // as the kind has it
  // A weight that is left out is 1 (Gateway API, BackendRef).
  const weights = refs.map(({ weight = 1 }) => (typeof weight === 'number' ? weight : 0))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const shareOf = (place: number) => (sum === 0 ? 0 : Math.round(((weights[place] ?? 0) / sum) * 100))
  const portOf = (name: string) =>
    services.find((service) => service.namespace === namespace && service.name === name)?.ports[0]?.port ?? 8080
  const slide = (place: number, percent: number) =>
    setAll(
      shareWeights(weights, place, percent).map(
        (weight, each) => [[...at, 'backendRefs', each, 'weight'], weight] as const,
      ),
    )
  const first = textAt(policy, ['spec', 'parentRefs', 0, 'name'])
  return (
    <div className="flex flex-col gap-2">
      {refs.map((_, place) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a backend has no other name than its place
          key={place}
          className="grid grid-cols-[minmax(0,1fr)_5.5rem] items-end gap-3 @md:grid-cols-[minmax(8rem,2fr)_5rem_minmax(8rem,2fr)_auto]"
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
          {refs.length > 1 ? (
            <>
              <RangeField
                label={`Share of backend ${place + 1}`}
                value={shareOf(place)}
                onChange={(percent) => slide(place, percent)}
              />
              <Button
                size="small"
                className="mb-1"
                aria-label={`Remove backend ${place + 1}`}
                onClick={() => set([...at, 'backendRefs', place], undefined)}
              >
                Remove
              </Button>
            </>
          ) : (
            <p className="col-span-2 pb-1.5 text-muted">takes every request of the rule</p>
          )}
        </div>
      ))}
      <div>
        <Button
          size="small"
          look="quiet"
          onClick={() => set([...at, 'backendRefs', refs.length], { name: first, port: portOf(first), weight: 0 })}
        >
          + Add a backend
        </Button>
      </div>
    </div>
  )
}
