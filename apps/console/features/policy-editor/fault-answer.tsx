'use client'
import { grpcStatusNames } from '@heddle/shared/model/grpc-status'
import { SelectField } from '#ui/select-field.tsx'
import { NumberField } from './number-field.tsx'
import { type PolicyFormProps, textAt } from './policy-form-props.ts'

const forms = [
  { value: 'http', label: 'HTTP' },
  { value: 'grpc', label: 'gRPC' },
] as const
const statuses = grpcStatusNames.map((name) => ({ value: name as string, label: name }))

/** What a fault answers with: an HTTP status, or a status of gRPC. */
export function FaultAnswer({ policy, set, setAll, problemAt }: PolicyFormProps) {
  const grpcStatus = textAt(policy, ['spec', 'abort', 'grpcStatus'])
  const form = policy.get(['spec', 'abort', 'grpcStatus']) === undefined ? 'http' : 'grpc'
  const isKnown = statuses.some(({ value }) => value === grpcStatus)
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <SelectField
        label="Answer as"
        value={form}
        options={forms}
        onChange={(next) => {
          if (next === form) return
          setAll([
            [['spec', 'abort', 'httpStatus'], next === 'http' ? 503 : undefined],
            [['spec', 'abort', 'grpcStatus'], next === 'grpc' ? 'UNAVAILABLE' : undefined],
          ])
        }}
      />
      {form === 'http' ? (
        <NumberField
          label="HTTP status"
          value={textAt(policy, ['spec', 'abort', 'httpStatus'])}
          problem={problemAt('/spec/abort/httpStatus')}
          onChange={(value) => set(['spec', 'abort', 'httpStatus'], value)}
        />
      ) : (
        <SelectField
          label="gRPC status"
          value={grpcStatus}
          options={isKnown ? statuses : [{ value: grpcStatus, label: grpcStatus }, ...statuses]}
          problem={problemAt('/spec/abort/grpcStatus')}
          onChange={(value) => set(['spec', 'abort', 'grpcStatus'], value)}
        />
      )}
    </div>
  )
}
