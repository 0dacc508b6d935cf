import { constants } from 'node:crypto'
import type { SecureContextOptions } from 'node:tls'
import type { TlsCommon } from '../config/tls-config.ts'
import type { TlsKeyPair } from '../config/tls-secret.ts'

/** What both ends of TLS are made with; `keyPairs` have a key of each type at most. */
export function contextOptions(
  config: Omit<TlsCommon, 'secrets' | 'isAwaited'>,
  keyPairs: readonly TlsKeyPair[],
): SecureContextOptions {
  const { trustedCa, crl, cipherSuites, curves, signatureAlgorithms } = config
  return {
    cert: keyPairs.map(({ certificate }) => certificate),
    key: keyPairs.map(({ key, passphrase }) => (passphrase === undefined ? key : { pem: key, passphrase })),
    ...(trustedCa === undefined ? {} : { ca: trustedCa }),
    ...(crl === undefined ? {} : { crl }),
    ciphers: (cipherSuites.length === 0 ? usualCiphers : cipherSuites).join(':'),
    ...(curves.length === 0 ? {} : { ecdhCurve: curves.join(':') }),
    ...(signatureAlgorithms.length === 0 ? {} : { sigalgs: signatureAlgorithms.join(':') }),
    minVersion: config.versionMin,
    maxVersion: config.versionMax,
    // A resumed session skips the check of the peer, whatever the library says about it afterwards.
    // A second handshake costs its sender little, and could show another certificate than the one that was judged.
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  }
}

/** Of TLS 1.2, Envoy's: forward secrecy and authenticated encryption. What the library has besides falls short of one of them. */
const usualCiphers = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
]
