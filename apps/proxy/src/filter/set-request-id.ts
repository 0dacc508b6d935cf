import type { RequestStage } from '../exchange/filter-stages.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'
import { headerName } from '../message/header-name.ts'
import { randomUuid } from './random-uuid.ts'

const requestId = headerName('x-request-id')

/** `x-request-id` names a request over all its hops: kept when the client gave one, except at the edge of the mesh. */
export function setRequestId({
  replaces,
  generates,
}: {
  readonly replaces: boolean
  readonly generates: boolean
}): Filter<RequestStage> {
  return ({ headers }) => {
    if (!generates) return CONTINUE
    if (!replaces && headers.has('x-request-id')) return CONTINUE
    headers.setKnown(requestId, randomUuid())
    return CONTINUE
  }
}
