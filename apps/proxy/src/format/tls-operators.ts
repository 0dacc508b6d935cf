import type { X509Certificate } from 'node:crypto'
import type { FormatCommand } from '@heddle/engine/mutate/format-command'
import type { TlsFacts } from '../exchange/tls-facts.ts'
import { distinguishedName, hexDigits, namesOf, serialOf } from '../identity/certificate-fields.ts'
import type { FormatOperator } from './format-operator.ts'

type Read = (facts: TlsFacts) => string | undefined

const peer =
  (read: (certificate: X509Certificate) => string): Read =>
  (facts) =>
    facts.peer && read(facts.peer)
const own =
  (read: (certificate: X509Certificate) => string): Read =>
  (facts) => {
    const certificate = facts.own()
    return certificate && read(certificate)
  }

/** Operators that tell of the TLS of a client's connection. */
const reads = {
  DOWNSTREAM_TLS_VERSION: ({ version }) => version,
  DOWNSTREAM_TLS_CIPHER: ({ cipher }) => cipher,
  DOWNSTREAM_PEER_SUBJECT: peer(({ subject }) => distinguishedName(subject)),
  DOWNSTREAM_PEER_ISSUER: peer(({ issuer }) => distinguishedName(issuer)),
  DOWNSTREAM_PEER_SERIAL: peer(serialOf),
  DOWNSTREAM_PEER_FINGERPRINT_256: peer(({ fingerprint256 }) => hexDigits(fingerprint256)),
  DOWNSTREAM_PEER_FINGERPRINT_1: peer(({ fingerprint }) => hexDigits(fingerprint)),
  DOWNSTREAM_PEER_URI_SAN: peer((certificate) => namesOf(certificate, 'URI')),
  DOWNSTREAM_PEER_DNS_SAN: peer((certificate) => namesOf(certificate, 'DNS')),
  DOWNSTREAM_PEER_IP_SAN: peer((certificate) => namesOf(certificate, 'IP Address')),
  DOWNSTREAM_PEER_EMAIL_SAN: peer((certificate) => namesOf(certificate, 'email')),
  DOWNSTREAM_PEER_CERT: peer((certificate) => encodeURIComponent(certificate.toString())),
  DOWNSTREAM_PEER_CERT_V_START: peer(({ validFrom }) => new Date(validFrom).toISOString()),
  DOWNSTREAM_PEER_CERT_V_END: peer(({ validTo }) => new Date(validTo).toISOString()),
  DOWNSTREAM_LOCAL_SUBJECT: own(({ subject }) => distinguishedName(subject)),
  DOWNSTREAM_LOCAL_URI_SAN: own((certificate) => namesOf(certificate, 'URI')),
  DOWNSTREAM_LOCAL_DNS_SAN: own((certificate) => namesOf(certificate, 'DNS')),
} satisfies Partial<Record<FormatCommand, Read>>

export const tlsOperators = Object.fromEntries(
  Object.entries(reads).map(([name, read]): [string, FormatOperator] => [
    name,
    {
      http: ({ connection }) => (connection.tls && read(connection.tls)) ?? '',
      tcp: ({ peer: client }) => (client.tls && read(client.tls)) ?? '',
    },
  ]),
) as Readonly<Record<keyof typeof reads, FormatOperator>> // by the same names
