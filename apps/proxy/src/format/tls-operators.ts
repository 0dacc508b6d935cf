import { X509Certificate } from 'node:crypto'
import type { FormatCommand } from '@heddle/engine/mutate/format-command'
import { distinguishedName, hexDigits, namesOf, serialOf } from '../message/certificate-fields.ts'
import type { TlsFacts } from '../message/tls-facts.ts'
import type { FormatOperator } from './format-operator.ts'
import type { LoggedExchange } from './logged-exchange.ts'
import type { LoggedSession } from './logged-session.ts'

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

/** Certificates of the peer's chain, its own first. */
const chain =
  (read: (certificate: X509Certificate) => string): Read =>
  (facts) =>
    facts.peer &&
    facts
      .chain()
      .map((pem) => read(new X509Certificate(pem)))
      .join(',')

const issuer =
  (read: (certificate: X509Certificate) => string): Read =>
  (facts) => {
    const pem = facts.peer && facts.chain()[1]
    return pem && read(new X509Certificate(pem))
  }

const sha256 = ({ fingerprint256 }: X509Certificate) => hexDigits(fingerprint256)
const sha1 = ({ fingerprint }: X509Certificate) => hexDigits(fingerprint)

/** Operators that tell of the TLS of a client's connection. */
const reads = {
  DOWNSTREAM_TLS_VERSION: ({ version }) => version,
  DOWNSTREAM_TLS_CIPHER: ({ cipher }) => cipher,
  DOWNSTREAM_PEER_SUBJECT: peer(({ subject }) => distinguishedName(subject)),
  DOWNSTREAM_PEER_ISSUER: peer(({ issuer }) => distinguishedName(issuer)),
  DOWNSTREAM_PEER_SERIAL: peer(serialOf),
  DOWNSTREAM_TLS_SESSION_ID: ({ sessionId }) => sessionId(),
  // Without a handshake there is nothing that could be logged here.
  DOWNSTREAM_TRANSPORT_FAILURE_REASON: () => undefined,
  DOWNSTREAM_PEER_FINGERPRINT_256: peer(sha256),
  DOWNSTREAM_PEER_FINGERPRINT_1: peer(sha1),
  DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256: chain(sha256),
  DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1: chain(sha1),
  DOWNSTREAM_PEER_CHAIN_SERIALS: chain(serialOf),
  DOWNSTREAM_PEER_ISSUER_FINGERPRINT_256: issuer(sha256),
  DOWNSTREAM_PEER_ISSUER_SERIAL: issuer(serialOf),
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
  DOWNSTREAM_LOCAL_IP_SAN: own((certificate) => namesOf(certificate, 'IP Address')),
  DOWNSTREAM_LOCAL_EMAIL_SAN: own((certificate) => namesOf(certificate, 'email')),
} satisfies Partial<Record<FormatCommand, Read>>

/** The same of the connection to the endpoint. */
const upstreamReads = {
  UPSTREAM_TLS_VERSION: reads.DOWNSTREAM_TLS_VERSION,
  UPSTREAM_TLS_CIPHER: reads.DOWNSTREAM_TLS_CIPHER,
  UPSTREAM_TLS_SESSION_ID: reads.DOWNSTREAM_TLS_SESSION_ID,
  UPSTREAM_TLS_GROUP: ({ group }) => group(),
  UPSTREAM_SERVER_NAME: ({ serverName }) => serverName,
  UPSTREAM_PEER_SUBJECT: reads.DOWNSTREAM_PEER_SUBJECT,
  UPSTREAM_PEER_ISSUER: reads.DOWNSTREAM_PEER_ISSUER,
  UPSTREAM_PEER_URI_SAN: reads.DOWNSTREAM_PEER_URI_SAN,
  UPSTREAM_PEER_DNS_SAN: reads.DOWNSTREAM_PEER_DNS_SAN,
  UPSTREAM_PEER_IP_SAN: reads.DOWNSTREAM_PEER_IP_SAN,
  UPSTREAM_PEER_CERT: reads.DOWNSTREAM_PEER_CERT,
  UPSTREAM_PEER_CERT_V_START: reads.DOWNSTREAM_PEER_CERT_V_START,
  UPSTREAM_PEER_CERT_V_END: reads.DOWNSTREAM_PEER_CERT_V_END,
  UPSTREAM_LOCAL_URI_SAN: reads.DOWNSTREAM_LOCAL_URI_SAN,
  UPSTREAM_LOCAL_DNS_SAN: reads.DOWNSTREAM_LOCAL_DNS_SAN,
  UPSTREAM_LOCAL_IP_SAN: reads.DOWNSTREAM_LOCAL_IP_SAN,
} satisfies Partial<Record<FormatCommand, Read>>

type FactsOf = {
  readonly http: (exchange: LoggedExchange) => TlsFacts | undefined
  readonly tcp: (session: LoggedSession) => TlsFacts | undefined
}

/** One operator for each way to read the facts of one of the two connections. */
function operators<Name extends string>(from: Readonly<Record<Name, Read>>, of: FactsOf) {
  const told = (facts: TlsFacts | undefined, read: Read) => (facts && read(facts)) ?? ''
  return Object.fromEntries(
    Object.entries<Read>(from).map(([name, read]): [string, FormatOperator] => [
      name,
      { http: (exchange) => told(of.http(exchange), read), tcp: (session) => told(of.tcp(session), read) },
    ]),
  ) as Readonly<Record<Name, FormatOperator>> // by the same names
}

export const tlsOperators = {
  ...operators(reads, { http: ({ connection }) => connection.tls, tcp: ({ peer: client }) => client.tls }),
  ...operators(upstreamReads, {
    http: ({ lastTry }) => lastTry?.port?.facts?.tls,
    tcp: ({ upstream }) => upstream?.tls,
  }),
}
