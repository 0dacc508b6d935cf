import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'

export const requestNames = [
  'x-a',
  'x-b',
  'X-Edit',
  'x-edit',
  'user-agent',
  'accept',
  'x-forwarded-proto',
  'x-request-id',
]
export const responseNames = [
  'x-up',
  'X-Edit',
  'x-edit',
  'server',
  'set-cookie',
  'location',
  'content-type',
  'cache-control',
  'x-envoy-upstream-service-time',
]
export const formats = [
  'plain',
  'plain',
  'other',
  '',
  '100%%',
  '%PROTOCOL%',
  '[%REQ(x-a)%]',
  '%REQ(x-a)%',
  '%REQ(x-none?x-b):2%',
  '%REQ(:PATH)%',
  '%REQ(:METHOD)% %REQ(:AUTHORITY)%',
  '%ROUTE_NAME%',
  '%UPSTREAM_CLUSTER%',
  '%DOWNSTREAM_LOCAL_PORT%',
  '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
  '%REQUESTED_SERVER_NAME%',
]
/** No `%RESPONSE_FLAGS%`: Envoy's limit of rates sets its flag when the answer is made already. */
export const responseFormats = [
  ...formats.filter((each) => each !== '%REQ(:PATH)%'),
  '%RESP(x-up)%',
  '%RESP(x-none?x-up)%',
]
const actions = ['APPEND_IF_EXISTS_OR_ADD', 'ADD_IF_ABSENT', 'OVERWRITE_IF_EXISTS_OR_ADD', 'OVERWRITE_IF_EXISTS']

/** Header edits of one level: configuration, virtual host, route or weighted cluster. */
export function makeEdits(draw: Draw, share: number): Json {
  return {
    ...draw.maybe(share, 'request_headers_to_add', () => listOf(draw, () => makeAddition(draw, requestNames, formats))),
    ...draw.maybe(share / 2, 'request_headers_to_remove', () => [draw.pick(requestNames)]),
    ...draw.maybe(share, 'response_headers_to_add', () =>
      listOf(draw, () => makeAddition(draw, responseNames, responseFormats)),
    ),
    ...draw.maybe(share / 2, 'response_headers_to_remove', () => [draw.pick(responseNames)]),
  }
}

export function makeAddition(draw: Draw, names: readonly string[], values: readonly string[]): Json {
  return {
    header: { key: draw.pick(names), value: draw.pick(values) },
    ...draw.maybe(0.7, 'append_action', () => draw.pick(actions)),
    ...draw.maybe(0.15, 'keep_empty_value', () => true),
  }
}

function listOf<Value>(draw: Draw, make: () => Value): Value[] {
  return [make(), ...draw.some(1, make)]
}
