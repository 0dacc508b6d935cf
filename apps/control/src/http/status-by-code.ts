import type { RefusalCode } from '../revisions/change-refused.ts'

export type HttpCode =
  | RefusalCode
  | 'unauthenticated'
  | 'csrf'
  | 'origin'
  | 'malformed_body'
  | 'invalid_body'
  | 'too_large'
  | 'unsupported_media_type'
  | 'too_many_tokens'
  | 'precondition_required'
  | 'rate_limited'
  | 'store_unavailable'
  | 'internal'

/** The one place where a code becomes a status. A new code without one does not compile. */
export const statusByCode: Record<HttpCode, number> = {
  malformed_body: 400,
  unauthenticated: 401,
  forbidden: 403,
  csrf: 403,
  origin: 403,
  own_change: 403,
  not_found: 404,
  base_moved: 409,
  hash_mismatch: 409,
  wrong_state: 409,
  already_decided: 409,
  nothing_to_change: 409,
  rebase_conflict: 409,
  too_many_tokens: 409,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media_type: 415,
  invalid_objects: 422,
  invalid_body: 422,
  precondition_required: 428,
  rate_limited: 429,
  internal: 500,
  store_unavailable: 503,
}
