'use client'
import { CheckField } from '#ui/check-field.tsx'
import { TextField } from '#ui/text-field.tsx'
import { TypedField } from '#ui/typed-field.tsx'
import { NumberField } from './number-field.tsx'
import { type PolicyFormProps, textAt, textOrNothing } from './policy-form-props.ts'
import type { Path } from './policy-text.ts'

/** How long a request of a rule may take, and what is tried again. Left out, the mesh's defaults hold. */
export function RouteTiming({ policy, set, problemAt, at }: PolicyFormProps & { readonly at: Path }) {
  const hasRetry = policy.get([...at, 'retry']) !== undefined
  const codes = policy.get([...at, 'retry', 'codes'])
  const pointer = `/${at.join('/')}`
  const duration = (label: string, placeholder: string, path: readonly string[]) => (
    <TextField
      label={label}
      placeholder={placeholder}
      value={textAt(policy, [...at, ...path])}
      problem={problemAt(`${pointer}/${path.join('/')}`)}
      onChange={(value) => set([...at, ...path], textOrNothing(value))}
    />
  )
  return (
    <div className="flex flex-col gap-2">
      <div className="grid grid-cols-2 gap-3">
        {duration('Request timeout', '15s', ['timeouts', 'request'])}
        {duration('Attempt timeout', 'none', ['timeouts', 'backendRequest'])}
      </div>
      <CheckField
        label="Own retries (otherwise 2, on connection failures)"
        isOn={hasRetry}
        onChange={(isOn) => set([...at, 'retry'], isOn ? { attempts: 2, codes: [503] } : undefined)}
      />
      {hasRetry ? (
        <div className="grid gap-3 @md:grid-cols-3">
          <NumberField
            label="Further attempts"
            placeholder="2"
            value={textAt(policy, [...at, 'retry', 'attempts'])}
            problem={problemAt(`${pointer}/retry/attempts`)}
            onChange={(value) => set([...at, 'retry', 'attempts'], value)}
          />
          <TypedField
            label="On statuses"
            placeholder="503, 504"
            value={Array.isArray(codes) ? codes.join(', ') : ''}
            normalise={(text) => numbers(text).join(', ')}
            problem={problemAt(`${pointer}/retry/codes`) ?? problemAt(`${pointer}/retry/codes/0`)}
            onChange={(text) => {
              const list = numbers(text)
              set([...at, 'retry', 'codes'], list.length > 0 ? list : undefined)
            }}
          />
          {duration('Back-off', '25ms', ['retry', 'backoff'])}
        </div>
      ) : null}
    </div>
  )
}

function numbers(text: string): number[] {
  return text
    .split(/[\s,]+/)
    .filter((part) => /^\d+$/.test(part))
    .map(Number)
}
