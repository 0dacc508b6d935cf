import { logFields } from '../runner/build-bootstrap.ts'
import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'

/** Operators whose value is the same in every run. Those of the path stand apart: a redirect is logged with another one. */
export const logOperators = [
  '%REQ(x-a)%',
  '%REQ(x-none?x-b):2%',
  '%REQ(USER-AGENT)%',
  '%REQ(x-envoy-original-path)%',
  '%REQ(x-envoy-original-host?:authority)%',
  '%REQ(content-length)%',
  '%RESP(x-up)%',
  '%RESP(X-Edit?x-up):3%',
  '%RESP(content-type)%',
  '%RESP(location)%',
  '%RESP(content-length)%',
  '%RESP(:status)%',
  '%QUERY_PARAM(none)%',
  '%GRPC_STATUS%',
  '%GRPC_STATUS(SNAKE_STRING)%',
  '%GRPC_STATUS_NUMBER%',
  '%RESPONSE_FLAGS_LONG%',
  '%CONNECTION_TERMINATION_DETAILS%',
  '%DOWNSTREAM_LOCAL_ADDRESS%',
  '%DOWNSTREAM_LOCAL_PORT%',
  '%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(16)%',
  '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
  '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(8)%',
  '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%',
  '%REQUESTED_SERVER_NAME%',
  '%DOWNSTREAM_TLS_VERSION%',
  '%DOWNSTREAM_PEER_URI_SAN%',
  '%DOWNSTREAM_PEER_SUBJECT%',
  '%DOWNSTREAM_LOCAL_DNS_SAN%',
  '%UPSTREAM_REMOTE_ADDRESS%',
  '%UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
  '%UPSTREAM_REMOTE_PORT%',
  '%UPSTREAM_HOST_NAME%',
  '%UPSTREAM_HOST_NAME_WITHOUT_PORT%',
  '%UPSTREAM_CLUSTER_RAW%',
  '%UPSTREAM_PROTOCOL%',
  '%UPSTREAM_METADATA(envoy.lb:stage)%',
  '%UPSTREAM_METADATA(envoy.lb)%',
  '%METADATA(UPSTREAM_HOST:envoy.lb:version)%',
  '%METADATA(ROUTE:test:of)%',
  '%METADATA(CLUSTER:test:of)%',
  '%CLUSTER_METADATA(test:of)%',
  '%ACCESS_LOG_TYPE%',
  '%CUSTOM_FLAGS%',
]
const pathOperators = [
  '%PATH%',
  '%PATH(NQ)%',
  '%PATH(NQ:ORIG)%',
  '%PATH(WQ:PATH)%',
  '%PATH(WQ:ORIG_OR_PATH):5%',
  '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
]

/** The usual fields, so that what is compared of them is, and some more: a text, a part of one, a list, or an object. */
export function makeLog(draw: Draw): Json {
  const one = () => draw.pick(logOperators)
  const shapes: (() => unknown)[] = [
    one,
    one,
    one,
    () => `<${one()}|${one()}>`,
    () => [one(), one()],
    () => ({ inner: one(), fixed: 7 }),
  ]
  return {
    ...logFields,
    ...Object.fromEntries(draw.some(5, () => draw.pick(shapes)()).map((shape, index) => [`extra${index}`, shape])),
    ...draw.maybe(0.5, 'path-of', () => draw.pick(pathOperators)),
  }
}
