import type { HeaderValueOption } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { compileHeaderEdits } from '../mutate/compile-header-edits.ts'
import { inOrder } from '../mutate/in-order.ts'
import type { RouteLevel } from './route-level.ts'

/** The four fields that every level of routes has, from the route configuration down to a weighted cluster. */
type EditingMessage = {
  readonly requestHeadersToAdd: readonly HeaderValueOption[]
  readonly requestHeadersToRemove: readonly string[]
  readonly responseHeadersToAdd: readonly HeaderValueOption[]
  readonly responseHeadersToRemove: readonly string[]
}

type Edits = Pick<RouteLevel, 'requestEdits' | 'responseEdits'>

/** For the level that no other is around. */
export const noEdits: Edits = { requestEdits: [], responseEdits: [] }

/** What one level does to headers, together with what the levels around it do. */
export function levelEdits(message: EditingMessage, around: Edits, specificLast: boolean, path: string): Edits {
  const { requestHeadersToAdd, requestHeadersToRemove, responseHeadersToAdd, responseHeadersToRemove } = message
  const at = path === '' ? '' : `${path}.`
  const request = compileHeaderEdits(requestHeadersToAdd, requestHeadersToRemove, `${at}request_headers`)
  const response = compileHeaderEdits(responseHeadersToAdd, responseHeadersToRemove, `${at}response_headers`)
  return {
    requestEdits: inOrder(request, around.requestEdits, specificLast),
    responseEdits: inOrder(response, around.responseEdits, specificLast),
  }
}
