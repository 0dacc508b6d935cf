import { X509Certificate } from 'node:crypto'
import type { TlsKeyPair } from '../config/tls-secret.ts'
import { subjectAltNames } from '../message/subject-alt-names.ts'

/** A certificate, by what it is chosen by. */
export type NamedPair = {
  readonly pair: TlsKeyPair
  /** In lower case: the DNS names, or else the common name. */
  readonly names: readonly string[]
  readonly keyType: string
}

export function namedPair(pair: TlsKeyPair): NamedPair {
  const certificate = new X509Certificate(pair.certificate)
  const dns = (subjectAltNames(certificate.subjectAltName) ?? []).filter(({ type }) => type === 'DNS')
  const common = /^CN=(.+)$/m.exec(certificate.subject ?? '')?.[1]
  const names = dns.length > 0 ? dns.map(({ value }) => value) : common === undefined ? [] : [common]
  return {
    pair,
    names: names.map((name) => name.toLowerCase()),
    keyType: certificate.publicKey.asymmetricKeyType ?? '',
  }
}

/**
 * The certificates for a client that asks for this name, one of each type of key: which of them it can read, TLS finds out.
 * An exact name comes before one with a star. A name that none carries gets the first, or any where `scansAll`; a client
 * that says none gets any.
 */
export function certificatesFor(
  pairs: readonly NamedPair[],
  serverName: string | undefined,
  scansAll: boolean,
): readonly TlsKeyPair[] {
  if (serverName === undefined) return oneOfEachType(pairs)
  const name = serverName.toLowerCase()
  const star = `*${name.slice(name.indexOf('.'))}`
  for (const wanted of [name, star]) {
    const found = pairs.filter(({ names }) => names.includes(wanted))
    if (found.length > 0) return oneOfEachType(found)
  }
  return oneOfEachType(scansAll ? pairs : pairs.slice(0, 1))
}

function oneOfEachType(pairs: readonly NamedPair[]): readonly TlsKeyPair[] {
  const byType = new Map<string, TlsKeyPair>()
  for (const { pair, keyType } of pairs) if (!byType.has(keyType)) byType.set(keyType, pair)
  return [...byType.values()]
}
