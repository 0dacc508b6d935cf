import type { RequestRecord } from '@heddle/shared/api/request-record'
import { flagWords } from './response-flag-words.ts'

/** Why a request ended as it did. Details are Envoy's `%RESPONSE_CODE_DETAILS%`; those without words here stay as they are. */
export function outcomeWords({
  flags,
  details,
  matchedPolicy,
}: Pick<RequestRecord, 'flags' | 'details' | 'matchedPolicy'>) {
  if (details.startsWith('rbac_access_denied')) {
    return matchedPolicy === '' ? 'refused: no rule allows it' : 'refused by a rule'
  }
  if (flags !== '' && flags !== '-') return flagWords(flags)
  return details === 'via_upstream' ? 'answered by the service' : details
}
