import type { X509Certificate } from 'node:crypto'
import { subjectAltNames } from './subject-alt-names.ts'

/** The subject or the issuer as RFC 2253 writes it: the most special part first, joined with commas. */
export function distinguishedName(text: string): string {
  return text
    .split('\n')
    .filter((part) => part !== '')
    .reverse()
    .join(',')
}

/** The alternative names of one type, joined with commas; "" for none. */
export function namesOf(certificate: X509Certificate, type: 'URI' | 'DNS' | 'IP Address' | 'email'): string {
  const names = subjectAltNames(certificate.subjectAltName) ?? []
  return names.flatMap((name) => (name.type === type ? [name.value] : [])).join(',')
}

/** Two digits a byte, in lower case. */
export function serialOf({ serialNumber }: X509Certificate): string {
  return serialNumber.toLowerCase()
}

/** A fingerprint as hexadecimal digits. */
export function hexDigits(fingerprint: string): string {
  return fingerprint.replace(/:/g, '').toLowerCase()
}
