'use client'
import type { Finding } from '@heddle/shared/api/problem'
import { useQuery } from '@tanstack/react-query'
import { catalogServicesQuery } from '#control/service-queries.ts'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { AccessForm } from './access-form.tsx'
import { FaultForm } from './fault-form.tsx'
import { NameFields } from './name-fields.tsx'
import type { PolicyFormProps } from './policy-form-props.ts'
import { type Path, readPolicyText } from './policy-text.ts'
import { RouteForm } from './route-form.tsx'
import { writePolicyText } from './write-policy-text.ts'

/** The form of the text's kind. What it does not show stays in the text as it is. */
export function PolicyForm({
  text,
  kind,
  isNew,
  findings,
  onChange,
}: {
  readonly text: string
  readonly kind: string
  readonly isNew: boolean
  readonly findings: readonly Finding[]
  readonly onChange: (text: string) => void
}) {
  const { data: services = [] } = useQuery(catalogServicesQuery)
  const policy = readPolicyText(text)
  if (policy.problem) {
    return <StatusGlyph tone="fail">The YAML cannot be read, so the form waits: {policy.problem.message}</StatusGlyph>
  }
  const props: PolicyFormProps = {
    policy,
    services,
    set: (path: Path, value) => onChange(writePolicyText(text, path, value)),
    problemAt: (pointer) => findings.find(({ path, severity }) => path === pointer && severity === 'error')?.message,
  }
  return (
    <div className="flex flex-col gap-4">
      <NameFields {...props} isNew={isNew} />
      {kind === 'FaultInjection' ? (
        <FaultForm {...props} />
      ) : kind === 'AuthorizationPolicy' ? (
        <AccessForm {...props} />
      ) : kind === 'HTTPRoute' ? (
        <RouteForm {...props} />
      ) : (
        <p className="text-muted">A {kind} is written in YAML.</p>
      )}
    </div>
  )
}
