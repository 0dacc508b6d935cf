'use client'
import type { Finding } from '@heddle/shared/api/problem'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { catalogServicesQuery } from '#control/service-queries.ts'
import { ErrorStrip } from '#ui/error-strip.tsx'
import { AccessForm } from './access-form.tsx'
import { DestinationForm } from './destination-form.tsx'
import { FaultForm } from './fault-form.tsx'
import { LimitForm } from './limit-form.tsx'
import { NameFields } from './name-fields.tsx'
import type { PolicyFormProps } from './policy-form-props.ts'
import { readPolicyText } from './policy-text.ts'
import { RouteForm } from './route-form.tsx'
import { writePolicyText } from './write-policy-text.ts'
import { YamlOnly } from './yaml-only.tsx'

/**
 * The form of the text's kind. What it does not show stays in the text as it is, and is named. While the text cannot be
 * read, the form keeps its last state and takes no edit.
 */
export function PolicyForm({
  text,
  kind,
  isNew,
  findings,
  onChange,
  onJump,
}: {
  readonly text: string
  readonly kind: string
  readonly isNew: boolean
  readonly findings: readonly Finding[]
  readonly onChange: (text: string) => void
  /** Shows a field in the text, by JSON pointer. */
  readonly onJump: (pointer: string) => void
}) {
  const { data: services = [] } = useQuery(catalogServicesQuery)
  const { problem, get } = readPolicyText(text)
  const written = get(['kind'])
  const isOther = problem === undefined && typeof written === 'string' && written !== kind
  const [readable, setReadable] = useState(text)
  const isShown = problem === undefined && !isOther
  if (isShown && readable !== text) setReadable(text)
  const shown = isShown ? text : readable
  const setAll: PolicyFormProps['setAll'] = (values) =>
    onChange(values.reduce((written, [path, value]) => writePolicyText(written, path, value), shown))
  const props: PolicyFormProps = {
    policy: readPolicyText(shown),
    services,
    set: (path, value) => setAll([[path, value]]),
    setAll,
    problemAt: (pointer) => findings.find(({ path, severity }) => path === pointer && severity === 'error')?.message,
  }
  return (
    <div className="@container flex min-w-0 flex-col gap-4">
      {problem ? (
        <ErrorStrip
          title={`Line ${text.slice(0, problem.from).split('\n').length} of the YAML cannot be read`}
          detail={`${problem.message}. The form shows what was there before, and waits.`}
        />
      ) : null}
      {isOther ? (
        <ErrorStrip
          title={`The YAML is of the kind ${written}, and this form is for ${kind}`}
          detail="It shows what was there before. The text is checked, and can be proposed, as what it says."
        />
      ) : null}
      <fieldset disabled={!isShown} className="flex min-w-0 flex-col gap-4 disabled:opacity-60">
        <legend className="sr-only">{kind}</legend>
        <NameFields {...props} isNew={isNew} />
        {kind === 'FaultInjection' ? (
          <FaultForm {...props} />
        ) : kind === 'AuthorizationPolicy' ? (
          <AccessForm {...props} />
        ) : kind === 'HTTPRoute' ? (
          <RouteForm {...props} />
        ) : kind === 'RateLimit' ? (
          <LimitForm {...props} />
        ) : kind === 'DestinationRule' ? (
          <DestinationForm {...props} />
        ) : null}
      </fieldset>
      <YamlOnly text={shown} kind={kind} onJump={onJump} />
    </div>
  )
}
