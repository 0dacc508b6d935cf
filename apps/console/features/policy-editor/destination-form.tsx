'use client'
import { CheckField } from '#ui/check-field.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { TextField } from '#ui/text-field.tsx'
import { NumberField } from './number-field.tsx'
import { type PolicyFormProps, textAt, textOrNothing } from './policy-form-props.ts'
import { ServiceField } from './service-field.tsx'

const traffic = ['spec', 'trafficPolicy'] as const
const pool = [...traffic, 'connectionPool'] as const
const outlier = [...traffic, 'outlierDetection'] as const
const byHash = 'consistentHash'
const balancing = [
  { value: 'LEAST_REQUEST', label: 'the less busy of two at random' },
  { value: 'ROUND_ROBIN', label: 'one after the other' },
  { value: 'RANDOM', label: 'at random' },
]

/** How callers share out their requests to a service, how much they ask of it at once, and whom of it they leave out. */
export function DestinationForm(props: PolicyFormProps) {
  const { policy, set, services, problemAt } = props
  const namespace = textAt(policy, ['metadata', 'namespace'])
  const simple = textAt(policy, [...traffic, 'loadBalancer', 'simple'])
  const isHashed = policy.get([...traffic, 'loadBalancer', byHash]) !== undefined
  return (
    <>
      <div className="grid grid-cols-2 gap-3">
        <ServiceField
          label="Requests to"
          namespace={namespace}
          services={services}
          // "catalog", "catalog.shop.svc.cluster.local": the first label is the service.
          value={textAt(policy, ['spec', 'host']).split('.')[0] ?? ''}
          problem={problemAt('/spec/host')}
          onChange={(name) => set(['spec', 'host'], `${name}.${namespace}.svc.cluster.local`)}
        />
        <SelectField
          label="Each request goes to"
          value={isHashed ? byHash : simple || 'LEAST_REQUEST'}
          options={
            isHashed ? [...balancing, { value: byHash, label: 'where its hash leads, as in the YAML' }] : balancing
          }
          problem={
            problemAt('/spec/trafficPolicy/loadBalancer') ?? problemAt('/spec/trafficPolicy/loadBalancer/simple')
          }
          onChange={(value) => {
            if (value !== byHash) set([...traffic, 'loadBalancer'], { simple: value })
          }}
        />
      </div>
      <Breaker {...props} />
      <Outliers {...props} />
    </>
  )
}

/** What each caller's proxy asks for at once; above, it answers 503 with the flag UO. */
function Breaker({ policy, set, problemAt }: PolicyFormProps) {
  const number = (label: string, hint: string, path: readonly string[]) => (
    <NumberField
      label={label}
      hint={hint}
      placeholder="1024"
      value={textAt(policy, [...pool, ...path])}
      problem={problemAt(`/${[...pool, ...path].join('/')}`)}
      onChange={(value) => set([...pool, ...path], value)}
    />
  )
  return (
    <fieldset className="flex min-w-0 flex-col gap-2 rounded-card border border-line p-3">
      <legend className="px-1 font-medium">Circuit breaker</legend>
      <p className="text-dense text-muted">Of each caller’s proxy. What is above is answered with 503, flag UO.</p>
      <div className="grid items-start gap-3 @md:grid-cols-3">
        {number('Connections', 'at once', ['tcp', 'maxConnections'])}
        {number('Waiting requests', 'for a connection', ['http', 'http1MaxPendingRequests'])}
        {number('Requests in flight', 'waiting or not', ['http', 'http2MaxRequests'])}
      </div>
    </fieldset>
  )
}

function Outliers({ policy, set, problemAt }: PolicyFormProps) {
  const isOn = policy.get(outlier) !== undefined
  const bound = (field: string) => ({
    value: textAt(policy, [...outlier, field]),
    problem: problemAt(`/${[...outlier, field].join('/')}`),
  })
  const number = (label: string, placeholder: string, field: string) => (
    <NumberField
      label={label}
      placeholder={placeholder}
      {...bound(field)}
      onChange={(value) => set([...outlier, field], value)}
    />
  )
  const duration = (label: string, placeholder: string, field: string) => (
    <TextField
      label={label}
      placeholder={placeholder}
      {...bound(field)}
      onChange={(value) => set([...outlier, field], textOrNothing(value))}
    />
  )
  return (
    <fieldset className="flex min-w-0 flex-col gap-2 rounded-card border border-line p-3">
      <legend className="px-1 font-medium">Outlier detection</legend>
      <CheckField
        label="Leave out instances that fail"
        isOn={isOn}
        onChange={(next) =>
          set(outlier, next ? { consecutive5xxErrors: 5, baseEjectionTime: '30s', maxEjectionPercent: 50 } : undefined)
        }
      />
      {isOn ? (
        <div className="grid grid-cols-2 items-start gap-3 @md:grid-cols-4">
          {number('Errors in a row', '5', 'consecutive5xxErrors')}
          {duration('Left out for', '30s', 'baseEjectionTime')}
          {number('At most, %', '10', 'maxEjectionPercent')}
          {duration('Looked at each', '10s', 'interval')}
        </div>
      ) : null}
    </fieldset>
  )
}
