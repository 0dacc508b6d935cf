import { wireText } from '@heddle/engine/mutate/wire-text'
import type {
  HttpConnectionManager,
  HttpConnectionManager_ProxyStatusConfig as ProxyStatusMessage,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'

/** `proxy_status_config`: the proxy says in `proxy-status` what went wrong in it (RFC 9209). */
export type ProxyStatusConfig = {
  /** Undefined: the node's id. */
  readonly name: string | undefined
  readonly tellsDetails: boolean
  readonly tellsFlags: boolean
  /** The status becomes the one that RFC 9209 recommends. */
  readonly setsStatus: boolean
}

export function decodeProxyStatus(
  { proxyStatusConfig: message, serverName }: HttpConnectionManager,
  path: string,
): ProxyStatusConfig | undefined {
  if (message === undefined) return undefined
  return {
    name: nameOf(message, serverName, path),
    tellsDetails: !message.removeDetails,
    tellsFlags: !message.removeDetails && !message.removeResponseFlags,
    setsStatus: message.setRecommendedResponseCode,
  }
}

function nameOf({ proxyName }: ProxyStatusMessage, serverName: string, path: string): string | undefined {
  if (proxyName.case === 'literalProxyName') {
    return wireText(proxyName.value, `${path}.proxy_status_config.literal_proxy_name`)
  }
  if (proxyName.case === 'useNodeId' && proxyName.value) return undefined
  // We are no Envoy.
  return serverName === '' ? 'heddle' : serverName
}
