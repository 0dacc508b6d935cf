import { compileIpRange, type IpRange } from '@heddle/engine/match/ip-range'
import { wireText } from '@heddle/engine/mutate/wire-text'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  HttpConnectionManager_ForwardClientCertDetails as Details,
  type HttpConnectionManager,
  HttpConnectionManager_ServerHeaderTransformation as Server,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import type { ClientDetection } from './client-detection.ts'
import { decodeClientDetections } from './decode-client-detection.ts'
import type { HttpEdge } from './http-edge.ts'

/** Defaults are Envoy's, but for `server`: we are no Envoy, and say nothing of ourselves unless we are told to. */
export function decodeHttpEdge(message: HttpConnectionManager, path: string): HttpEdge {
  return {
    internalRanges: internalRangesOf(message, path),
    isEdge: message.useRemoteAddress ?? false,
    trustedHops: message.xffNumTrustedHops,
    detections: detectionsOf(message, `${path}.original_ip_detection_extensions`),
    appendsForwardedFor: !message.skipXffAppend,
    appendsForwardedPort: message.appendXForwardedPort,
    scheme: schemeOf(message, `${path}.scheme_header_transformation`),
    via: wireText(message.via, `${path}.via`),
    preservesRequestId: message.preserveExternalRequestId,
    tellsRequestId: message.alwaysSetRequestIdInResponse,
    server: serverOf(message, path),
    hostPort: hostPortOf(message, path),
    stripsHostDot: message.stripTrailingHostDot,
    defaultHost: message.httpProtocolOptions?.defaultHostForHttp10 ?? '',
    clientCertificate: clientCertificateOf(message),
  }
}

/** They find out what these would: two answers to one question are refused, as in Envoy. */
function detectionsOf(message: HttpConnectionManager, path: string): ClientDetection[] {
  const detections = decodeClientDetections(message.originalIpDetectionExtensions, path)
  if (detections.length === 0) return detections
  if (message.useRemoteAddress) throw new ResourceRejected(path, 'excludes use_remote_address')
  if (message.xffNumTrustedHops > 0) throw new ResourceRejected(path, 'excludes xff_num_trusted_hops')
  return detections
}

function clientCertificateOf({
  forwardClientCertDetails,
  setCurrentClientCertDetails: details,
}: HttpConnectionManager): HttpEdge['clientCertificate'] {
  return {
    mode: clientCertificateModes[forwardClientCertDetails],
    tellsSubject: details?.subject ?? false,
    tellsCertificate: details?.cert ?? false,
    tellsChain: details?.chain ?? false,
    tellsUri: details?.uri ?? false,
    tellsDns: details?.dns ?? false,
  }
}

const clientCertificateModes = {
  [Details.SANITIZE]: 'sanitize',
  [Details.FORWARD_ONLY]: 'forward',
  [Details.APPEND_FORWARD]: 'append',
  [Details.SANITIZE_SET]: 'set',
  [Details.ALWAYS_FORWARD_ONLY]: 'always-forward',
} as const

function schemeOf(message: HttpConnectionManager, path: string): HttpEdge['scheme'] {
  const to = message.schemeHeaderTransformation?.transformation
  if (to?.case !== 'schemeToOverwrite') return undefined
  if (to.value !== 'http' && to.value !== 'https') {
    throw new ResourceRejected(`${path}.scheme_to_overwrite`, 'must be http or https')
  }
  return to.value
}

function serverOf({ serverName, serverHeaderTransformation }: HttpConnectionManager, path: string): HttpEdge['server'] {
  switch (serverHeaderTransformation) {
    case Server.OVERWRITE:
      return serverName === '' ? undefined : { name: wireText(serverName, `${path}.server_name`), overwrites: true }
    case Server.APPEND_IF_ABSENT:
      return serverName === '' ? undefined : { name: wireText(serverName, `${path}.server_name`), overwrites: false }
    case Server.PASS_THROUGH:
      return undefined
  }
  throw new ResourceRejected(
    `${path}.server_header_transformation`,
    `unknown value ${String(serverHeaderTransformation)}`,
  )
}

function hostPortOf(
  { stripMatchingHostPort, stripPortMode }: HttpConnectionManager,
  path: string,
): HttpEdge['hostPort'] {
  const strips = stripPortMode.case === 'stripAnyHostPort' && stripPortMode.value
  if (strips && stripMatchingHostPort) {
    throw new ResourceRejected(`${path}.strip_any_host_port`, 'excludes strip_matching_host_port')
  }
  return strips ? 'strip' : stripMatchingHostPort ? 'strip-own' : 'keep'
}

function internalRangesOf({ internalAddressConfig: config }: HttpConnectionManager, path: string): IpRange[] {
  if (config?.unixSockets)
    throw new ResourceRejected(`${path}.internal_address_config.unix_sockets`, 'not supported yet')
  return (config?.cidrRanges ?? []).map((range, index) =>
    compileIpRange(range, `${path}.internal_address_config.cidr_ranges[${index}]`),
  )
}
