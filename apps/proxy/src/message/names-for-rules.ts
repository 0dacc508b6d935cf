import type { X509Certificate } from 'node:crypto'
import { distinguishedName } from './certificate-fields.ts'
import { subjectAltNames } from './subject-alt-names.ts'

/**
 * By what a rule may know who shows a certificate: its URI, its names in DNS, and its subject (Envoy). Whose names cannot be
 * told apart has none, as who shows no certificate.
 */
export function namesForRules(certificate: X509Certificate | undefined): readonly string[] {
  const names = certificate && subjectAltNames(certificate.subjectAltName)
  if (certificate === undefined || names === undefined) return nameless
  const valuesOf = (wanted: string) => names.flatMap(({ type, value }) => (type === wanted ? [value] : []))
  return [...valuesOf('URI'), ...valuesOf('DNS'), distinguishedName(certificate.subject)]
}

const nameless: readonly string[] = ['']
