import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type TlsParameters,
  TlsParametersSchema,
  TlsParameters_TlsProtocol as Version,
} from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/common_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { tlsLibrary } from '../net/tls-library.ts'
import type { TlsCommon } from './tls-config.ts'

type Params = Pick<TlsCommon, 'versionMin' | 'versionMax' | 'cipherSuites' | 'curves' | 'signatureAlgorithms'>

const supported = new Set([
  'tls_minimum_protocol_version',
  'tls_maximum_protocol_version',
  'cipher_suites',
  'ecdh_curves',
  'signature_algorithms',
])

/** `tls_params`. What the library does not know is refused here, and not with the first connection. */
export function decodeTlsParams(params: TlsParameters | undefined, path: string): Params {
  if (params !== undefined) refuseUnsupported(TlsParametersSchema, params, supported, path)
  const versionMin = versionOf(params?.tlsMinimumProtocolVersion, 'TLSv1.2', `${path}.tls_minimum_protocol_version`)
  const versionMax = versionOf(params?.tlsMaximumProtocolVersion, 'TLSv1.3', `${path}.tls_maximum_protocol_version`)
  if (versionMin > versionMax) {
    throw new ResourceRejected(`${path}.tls_minimum_protocol_version`, 'is above tls_maximum_protocol_version')
  }
  return {
    versionMin,
    versionMax,
    cipherSuites: ciphers(params?.cipherSuites ?? [], `${path}.cipher_suites`),
    curves: tried(params?.ecdhCurves ?? [], (ecdhCurve) => ({ ecdhCurve }), `${path}.ecdh_curves`),
    signatureAlgorithms: tried(
      params?.signatureAlgorithms ?? [],
      (sigalgs) => ({ sigalgs }),
      `${path}.signature_algorithms`,
    ),
  }
}

/** BoringSSL puts ciphers that are as good as each other in brackets; here the first is the better one. */
function ciphers(names: readonly string[], path: string): readonly string[] {
  if (names.length === 0) return names
  const known = new Set(tlsLibrary().getCiphers())
  return names.flatMap((group, index) => {
    const members = /^\[(.+)\]$/.exec(group)?.[1]?.split('|') ?? [group]
    for (const name of members) {
      if (!known.has(name.toLowerCase())) throw new ResourceRejected(`${path}[${index}]`, `"${name}" is no cipher here`)
      if (name.startsWith('TLS_'))
        throw new ResourceRejected(`${path}[${index}]`, `"${name}" is one of TLS 1.3, which has all`)
    }
    return members
  })
}

function tried(
  names: readonly string[],
  option: (name: string) => { ecdhCurve: string } | { sigalgs: string },
  path: string,
): readonly string[] {
  for (const [index, name] of names.entries()) {
    try {
      tlsLibrary().createSecureContext(option(name))
    } catch {
      throw new ResourceRejected(`${path}[${index}]`, `"${name}" is not known here`)
    }
  }
  return names
}

function versionOf(version: Version | undefined, standard: 'TLSv1.2' | 'TLSv1.3', path: string) {
  switch (version) {
    case undefined:
    case Version.TLS_AUTO:
      return standard
    case Version.TLSv1_2:
      return 'TLSv1.2'
    case Version.TLSv1_3:
      return 'TLSv1.3'
    default:
      throw new ResourceRejected(path, 'TLS 1.0 and 1.1 are not spoken (RFC 8996)')
  }
}
