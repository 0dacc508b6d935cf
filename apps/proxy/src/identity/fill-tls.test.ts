import { expect, test } from 'vitest'
import type { TlsServerConfig } from '../config/tls-config.ts'
import {
  noValidation,
  type PeerValidation,
  type SecretContent,
  type SecretRef,
  type TlsSecretRefs,
} from '../config/tls-secret.ts'
import { fillTls } from './fill-tls.ts'

const nobody = noValidation
const named = (name: string): PeerValidation['peerNames'][number] => ({
  type: 'URI',
  matcher: { kind: 'exact', value: name, ignoreCase: false },
})
const own: SecretRef = { kind: 'static', name: 'own' }
const roots: SecretRef = { kind: 'static', name: 'roots' }

function server(secrets: Partial<TlsSecretRefs>, more: Partial<TlsServerConfig> = {}): TlsServerConfig {
  return {
    ...nobody,
    keyPairs: [],
    alpnProtocols: [],
    versionMin: 'TLSv1.2',
    versionMax: 'TLSv1.3',
    cipherSuites: [],
    curves: [],
    signatureAlgorithms: [],
    secrets: { certificates: [own], validation: undefined, defaultValidation: undefined, ...secrets },
    isAwaited: false,
    requiresClientCertificate: false,
    requiresServerName: false,
    handshakeTimeoutMs: 1000,
    scansAllCertificates: false,
    ...more,
  }
}

const certificate: SecretContent = {
  kind: 'certificate',
  keyPair: { certificate: 'c', key: 'k', passphrase: undefined, path: '' },
}
const validation = (value: Partial<PeerValidation>): SecretContent => ({
  kind: 'validation',
  validation: { ...nobody, ...value },
})
const from = (contents: Readonly<Record<string, SecretContent>>) => (ref: SecretRef) =>
  ref.kind === 'static' ? contents[ref.name] : undefined

test('with the same secrets a context stays the same object, and with another one it is another', () => {
  const template = server({})
  const first = fillTls(template, from({ own: certificate }))

  expect(fillTls(template, from({ own: certificate }))).toBe(first)
  expect(fillTls(template, from({ own: { ...certificate } }))).not.toBe(first)
})

test('a secret adds its names to the default and replaces its roots', () => {
  const defaultValidation = { ...nobody, trustedCa: 'old', peerNames: [named('a')] }
  const template = server({ validation: roots, defaultValidation })

  const filled = fillTls(
    template,
    from({ own: certificate, roots: validation({ trustedCa: 'new', peerNames: [named('b')] }) }),
  )
  const kept = fillTls(template, from({ own: certificate, roots: validation({}) }))

  expect(filled).toMatchObject({ trustedCa: 'new', isAwaited: false })
  expect(filled.peerNames).toEqual([named('a'), named('b')])
  expect(kept.trustedCa).toBe('old')
})

test.each<[string, TlsServerConfig, Readonly<Record<string, SecretContent>>]>([
  ['its certificate has not come', server({}), {}],
  ['what came is no certificate', server({}), { own: validation({ trustedCa: 'x' }) }],
  ['its roots have not come', server({ validation: roots }), { own: certificate }],
  [
    'somebody is to be verified and there are no roots',
    server({ validation: roots }, { requiresClientCertificate: true }),
    { own: certificate, roots: validation({}) },
  ],
])('nobody is spoken with while %s', (_what, template, contents) => {
  expect(fillTls(template, from(contents)).isAwaited).toBe(true)
})
