'use client'
import { CheckField } from '#ui/check-field.tsx'
import { NumberField } from './number-field.tsx'
import { type PolicyFormProps, textAt } from './policy-form-props.ts'
import type { Path } from './policy-text.ts'
import { ServiceField } from './service-field.tsx'

/** Copies of a share of a rule's requests for another service, whose answers are dropped. */
export function RouteMirror({
  policy,
  set,
  services,
  problemAt,
  at,
  namespace,
}: PolicyFormProps & { readonly at: Path; readonly namespace: string }) {
  const filters = policy.get([...at, 'filters'])
  const list = Array.isArray(filters) ? (filters as readonly { readonly type?: unknown }[]) : [] // as the kind has it
  const place = list.findIndex(({ type }) => type === 'RequestMirror')
  const mirror = [...at, 'filters', place, 'requestMirror']
  const portOf = (name: string) =>
    services.find((service) => service.namespace === namespace && service.name === name)?.ports[0]?.port ?? 8080
  const refTo = (name: string) => ({ name, port: portOf(name) })
  const begin = textAt(policy, [...at, 'backendRefs', 0, 'name'])
  return (
    <div className="flex flex-col gap-2">
      <CheckField
        label="Mirror a share to another service"
        isOn={place >= 0}
        onChange={(isOn) =>
          isOn
            ? set([...at, 'filters', list.length], {
                type: 'RequestMirror',
                requestMirror: { backendRef: refTo(begin), percent: 5 },
              })
            : set([...at, 'filters', place], undefined)
        }
      />
      {place >= 0 ? (
        <div className="grid grid-cols-2 gap-3">
          <ServiceField
            label="Mirror to"
            namespace={namespace}
            services={services}
            value={textAt(policy, [...mirror, 'backendRef', 'name'])}
            problem={problemAt(`/${mirror.join('/')}/backendRef/name`)}
            onChange={(name) => set([...mirror, 'backendRef'], refTo(name))}
          />
          <NumberField
            label="Of the requests, %"
            placeholder="100"
            value={textAt(policy, [...mirror, 'percent'])}
            problem={problemAt(`/${mirror.join('/')}/percent`)}
            onChange={(value) => set([...mirror, 'percent'], value)}
          />
        </div>
      ) : null}
    </div>
  )
}
