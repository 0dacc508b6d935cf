import { ChangeDetail, ChangeSummary, type Edit, type SubmitChange, ValidationResult } from '@heddle/shared/api/changes'
import { pageOf } from '@heddle/shared/api/page'
import { SimulationResult } from '@heddle/shared/api/simulate'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { requestJson } from './request-json.ts'

const Changes = pageOf(ChangeSummary)

export const changesQuery = (filter: { readonly state?: string | undefined } = {}) =>
  queryOptions({
    queryKey: ['changes', filter],
    queryFn: ({ signal }) => requestJson(Changes, '/changes', { signal, query: { ...filter, limit: 200 } }),
    placeholderData: keepPreviousData,
  })

export const changeQuery = (id: string) =>
  queryOptions({
    queryKey: ['change', id],
    queryFn: ({ signal }) => requestJson(ChangeDetail, `/changes/${encodeURIComponent(id)}`, { signal }),
  })

export const validationQuery = (edits: readonly Edit[], basedOn?: number) =>
  queryOptions({
    queryKey: ['validate', edits, basedOn],
    queryFn: ({ signal }) => validateEdits(edits, basedOn, signal),
    staleTime: 10_000,
    // While somebody types, what was found before stays; the page must not jump with every letter.
    placeholderData: keepPreviousData,
  })

function validateEdits(
  edits: readonly Edit[],
  basedOn: number | undefined,
  signal: AbortSignal,
): Promise<ValidationResult> {
  const body = { edits, ...(basedOn === undefined ? {} : { basedOn }) }
  return requestJson(ValidationResult, '/validate', { method: 'POST', body, signal })
}

export const simulationQuery = (edits: readonly Edit[], basedOn?: number) =>
  queryOptions({
    queryKey: ['simulate', edits, basedOn],
    queryFn: ({ signal }) =>
      requestJson(SimulationResult, '/simulate', {
        method: 'POST',
        body: { edits, ...(basedOn === undefined ? {} : { basedOn }) },
        signal,
      }),
    staleTime: 30_000,
    retry: false,
    placeholderData: keepPreviousData,
  })

export function submitChange(change: Omit<SubmitChange, 'submit'>): Promise<ChangeDetail> {
  return requestJson(ChangeDetail, '/changes', { method: 'POST', body: change })
}

export function giveVerdict(
  id: string,
  verb: 'approve' | 'reject',
  verdict: { readonly contentHash: string; readonly comment?: string },
): Promise<ChangeDetail> {
  return requestJson(ChangeDetail, `/changes/${encodeURIComponent(id)}/${verb}`, { method: 'POST', body: verdict })
}

export function withdrawChange(id: string): Promise<ChangeDetail> {
  return requestJson(ChangeDetail, `/changes/${encodeURIComponent(id)}/withdraw`, { method: 'POST', body: {} })
}

/** Puts a change on the active revision: what others changed in its objects is merged in. */
export function rebaseChange(id: string, version: number): Promise<ChangeDetail> {
  return requestJson(ChangeDetail, `/changes/${encodeURIComponent(id)}/rebase`, {
    method: 'POST',
    body: {},
    ifMatch: `"${version}"`,
  })
}

/** Puts a change on another revision as it is, over what others changed in its objects. */
export function keepEdits(id: string, version: number, basedOn: number): Promise<ChangeDetail> {
  return requestJson(ChangeDetail, `/changes/${encodeURIComponent(id)}`, {
    method: 'PATCH',
    body: { basedOn },
    ifMatch: `"${version}"`,
  })
}

export function commentOnChange(id: string, text: string): Promise<ChangeDetail> {
  return requestJson(ChangeDetail, `/changes/${encodeURIComponent(id)}/comments`, { method: 'POST', body: { text } })
}
