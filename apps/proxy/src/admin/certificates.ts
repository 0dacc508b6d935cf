import { X509Certificate } from 'node:crypto'
import type { ProxyConfig } from '../config/proxy-config.ts'
import { tlsContexts } from '../config/tls-contexts.ts'

/** Undefined without a certificate. */
export function daysUntilFirstExpires(config: ProxyConfig, nowMs: number): number | undefined {
  let expiresMs = firstExpiries.get(config)
  if (expiresMs === undefined) {
    expiresMs = firstExpiry(config)
    firstExpiries.set(config, expiresMs)
  }
  return expiresMs === Number.POSITIVE_INFINITY ? undefined : daysUntil(expiresMs, nowMs)
}

/** Every scrape asks for it, and a configuration never changes. */
const firstExpiries = new WeakMap<ProxyConfig, number>()

function firstExpiry(config: ProxyConfig): number {
  // Thousands of clusters have the same ones.
  const all = new Set(
    tlsContexts(config).flatMap(({ trustedCa, keyPairs }) => [
      String(trustedCa ?? ''),
      ...keyPairs.map(({ certificate }) => String(certificate)),
    ]),
  )
  const expiries = [...all].flatMap(blocks).map((pem) => Date.parse(new X509Certificate(pem).validTo))
  return expiries.reduce((first, each) => Math.min(first, each), Number.POSITIVE_INFINITY)
}

function daysUntil(expiresMs: number, nowMs: number): number {
  return Math.max(0, Math.floor((expiresMs - nowMs) / 86_400_000))
}

/** The certificates in use, in the shape of Envoy's `/certs`: who they name and how long they last. Never a key. */
export function certificates(config: ProxyConfig, nowMs: number) {
  return {
    certificates: tlsContexts(config).map((tls) => ({
      ca_cert: blocks(tls.trustedCa ?? '').map((pem) => details(pem, tls.trustedCaPath, nowMs)),
      cert_chain: tls.keyPairs.flatMap(({ certificate, path }) =>
        blocks(certificate).map((pem) => details(pem, path, nowMs)),
      ),
    })),
  }
}

function blocks(pem: string | Buffer): string[] {
  return String(pem).match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
}

function details(pem: string, path: string, nowMs: number) {
  const certificate = new X509Certificate(pem)
  const expiresMs = Date.parse(certificate.validTo)
  return {
    path: path === '' ? '<inline>' : path,
    serial_number: certificate.serialNumber.toLowerCase(),
    subject_alt_names: (certificate.subjectAltName ?? '')
      .split(', ')
      .flatMap((name): Readonly<Record<string, string>>[] => {
        if (name.startsWith('DNS:')) return [{ dns: name.slice(4) }]
        if (name.startsWith('URI:')) return [{ uri: name.slice(4) }]
        return name.startsWith('IP Address:') ? [{ ip_address: name.slice(11) }] : []
      }),
    days_until_expiration: String(daysUntil(expiresMs, nowMs)),
    valid_from: timeText(Date.parse(certificate.validFrom)),
    expiration_time: timeText(expiresMs),
  }
}

/** A certificate knows whole seconds. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}
