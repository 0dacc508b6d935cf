import type { X509Certificate } from 'node:crypto'
import type { CertificateNames } from '@heddle/engine/request/peer-view'
import { distinguishedName } from './certificate-fields.ts'
import { subjectAltNames } from './subject-alt-names.ts'

/** Who shows a certificate; whose names cannot be told apart has none, as who shows no certificate. */
export function certificateNames(certificate: X509Certificate | undefined): CertificateNames | undefined {
  const names = certificate && subjectAltNames(certificate.subjectAltName)
  if (certificate === undefined || names === undefined) return undefined
  const valuesOf = (wanted: string) => names.flatMap(({ type, value }) => (type === wanted ? [value] : []))
  return { uris: valuesOf('URI'), dnsNames: valuesOf('DNS'), subject: distinguishedName(certificate.subject) }
}

/** By what a rule may know them: their URIs, their names in DNS, and their subject (Envoy). */
export function namesForRules(names: CertificateNames | undefined): readonly string[] {
  return names === undefined ? nameless : [...names.uris, ...names.dnsNames, names.subject]
}

const nameless: readonly string[] = ['']
