'use client'
import { AuditKind } from '@heddle/shared/api/queries'
import type { AuditFilter } from '#control/audit-queries.ts'
import { useUrlChoice } from '#features/scope/use-url-choice.ts'
import { useUrlParam } from '#features/scope/use-url-param.ts'

export const outcomes = [
  { value: '', label: 'All outcomes' },
  { value: 'done', label: 'Done' },
  { value: 'denied', label: 'Denied' },
  { value: 'failed', label: 'Failed' },
] as const

export const kinds = [
  { value: '', label: 'Everything' },
  ...AuditKind.options.map((value) => ({ value, label: `${value[0]?.toUpperCase()}${value.slice(1)}s` })),
] as const satisfies readonly { readonly value: AuditKind | ''; readonly label: string }[]

/** What the audit page is asked for. It stands in the address, so that a link to it tells somebody else the same. */
export function useAuditFilter() {
  const [actor, setActor] = useUrlParam('actor')
  const [action, setAction] = useUrlParam('action')
  const [subject, setSubject] = useUrlParam('subject')
  const [object, setObject] = useUrlParam('object')
  const [since, setSince] = useUrlParam('since')
  const [until, setUntil] = useUrlParam('until')
  const [kind, setKind] = useUrlChoice<AuditKind | ''>('kind', [{ value: '' }, ...kinds])
  const [outcome, setOutcome] = useUrlChoice<(typeof outcomes)[number]['value']>('outcome', outcomes)
  const all = { actor, action, kind, subject, object, outcome, since, until }
  const filter: AuditFilter = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
  const set = {
    actor: setActor,
    action: setAction,
    kind: setKind,
    subject: setSubject,
    object: setObject,
    outcome: setOutcome,
    since: setSince,
    until: setUntil,
  }
  const clear = () => {
    for (const each of Object.values(set)) each('')
  }
  return { all, filter, set, clear }
}
