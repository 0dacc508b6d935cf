import { compileHeaderEdits } from '@heddle/engine/mutate/compile-header-edits'
import { compileHeaderFormat } from '@heddle/engine/mutate/compile-header-format'
import { wireText } from '@heddle/engine/mutate/wire-text'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type TcpProxy_TunnelingConfig as TunnelingMessage,
  TcpProxy_TunnelingConfigSchema as tunnelingSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { Tunneling } from './tunneling.ts'

const supported = new Set([
  'hostname',
  'use_post',
  'post_path',
  'headers_to_add',
  'propagate_response_headers',
  'propagate_response_trailers',
])
const additionsMax = 1000

/** `envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.TunnelingConfig`. */
export function decodeTunneling(message: TunnelingMessage, path: string): Tunneling {
  refuseUnsupported(tunnelingSchema, message, supported, path)
  const { hostname, usePost, postPath, headersToAdd } = message
  if (hostname === '') throw new ResourceRejected(`${path}.hostname`, 'must not be empty')
  if (postPath !== '' && !usePost) throw new ResourceRejected(`${path}.post_path`, 'is for use_post alone')
  // It is written into the request line as it stands.
  if (postPath !== '' && !/^\/[\x21-\x7e]*$/.test(postPath)) {
    throw new ResourceRejected(`${path}.post_path`, 'must be a path')
  }
  if (headersToAdd.length > additionsMax) {
    throw new ResourceRejected(`${path}.headers_to_add`, `must not be more than ${additionsMax}`)
  }
  const edits = compileHeaderEdits(headersToAdd, [], `${path}.headers`)
  const upgrade = edits.findIndex(({ name }) => name === 'upgrade')
  // A CONNECT that asks for another protocol as well is two requests in one.
  if (upgrade >= 0) {
    throw new ResourceRejected(`${path}.headers_to_add[${upgrade}].header.key`, 'upgrade cannot be edited')
  }
  return {
    host: compileHeaderFormat(wireText(hostname, `${path}.hostname`), `${path}.hostname`),
    method: usePost ? 'POST' : 'CONNECT',
    path: postPath || '/',
    edits,
    keepsHeaders: message.propagateResponseHeaders,
    keepsTrailers: message.propagateResponseTrailers,
  }
}
