import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0])

export type Pair = { readonly certificate: string; readonly key: string }

export type Authority = Pair & {
  /** A leaf that this authority has signed. `names` are its alternative names. */
  issue(names: readonly AltName[], options?: LeafOptions): Promise<Pair>
  /** An authority below this one; its certificate is sent along behind those of its leaves. */
  issueAuthority(name: string): Promise<Authority>
  /** A revocation list with these certificates. */
  revoke(pairs: readonly Pair[]): Promise<string>
}

export type AltName = { readonly type: 'dns' | 'url' | 'ip'; readonly value: string }
export type LeafOptions = {
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly isAuthority?: boolean
  /** An RSA key instead of one of P-256. */
  readonly isRsa?: boolean
  /** What is weak or wrong, and no peer's. */
  readonly keyBits?: 1024
  readonly usage?: 'code signing'
  readonly isSelfSigned?: boolean
  /** Two digits a byte; one by chance without it. */
  readonly serial?: string
}

type Hash = 'SHA-256' | 'SHA-1'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const peers = [x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]
const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
}
const dayMs = 86_400_000

/** A certificate authority for a test: real keys, real signatures, valid until tomorrow. */
export async function createAuthority(name = 'test authority', hash: Hash = 'SHA-256'): Promise<Authority> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as x509CryptoKeyPair
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: { ...algorithm, hash },
    // Older than what it signs, also for who has a clock that is late.
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + dayMs),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  })
  return authorityOf(root, keys, '', hash)
}

async function authorityOf(
  root: x509.X509Certificate,
  keys: x509CryptoKeyPair,
  below: string,
  hash: Hash,
): Promise<Authority> {
  const signing = { ...algorithm, hash }
  return {
    certificate: root.toString('pem'),
    key: await pemOf(keys.privateKey),
    async issue(names, options = {}) {
      const { isRsa = false, keyBits, isSelfSigned = false, usage } = options
      const kind = isRsa || keyBits !== undefined ? { ...rsa, modulusLength: keyBits ?? rsa.modulusLength } : algorithm
      const own = (await webcrypto.subtle.generateKey(kind, true, ['sign', 'verify'])) as x509CryptoKeyPair
      const leaf = await x509.X509CertificateGenerator.create({
        ...(options.serial === undefined ? {} : { serialNumber: options.serial }),
        subject: 'CN=leaf',
        issuer: isSelfSigned ? 'CN=leaf' : root.subject,
        publicKey: own.publicKey,
        signingKey: isSelfSigned ? own.privateKey : keys.privateKey,
        signingAlgorithm: signing,
        notBefore: options.notBefore ?? new Date(Date.now() - 60_000),
        notAfter: options.notAfter ?? new Date(Date.now() + dayMs),
        extensions: [
          new x509.BasicConstraintsExtension(options.isAuthority ?? false, undefined, true),
          new x509.ExtendedKeyUsageExtension(usage === undefined ? peers : [x509.ExtendedKeyUsage.codeSigning]),
          ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension([...names])]),
        ],
      })
      return { certificate: [leaf.toString('pem'), below].filter(Boolean).join('\n'), key: await pemOf(own.privateKey) }
    },
    async issueAuthority(name) {
      const own = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as x509CryptoKeyPair
      const made = await x509.X509CertificateGenerator.create({
        subject: `CN=${name}`,
        issuer: root.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: signing,
        notBefore: new Date(Date.now() - 60_000),
        notAfter: new Date(Date.now() + dayMs),
        extensions: [
          new x509.BasicConstraintsExtension(true, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        ],
      })
      return authorityOf(made, own, [made.toString('pem'), below].filter(Boolean).join('\n'), hash)
    },
    async revoke(pairs) {
      const list = await x509.X509CrlGenerator.create({
        issuer: root.subject,
        thisUpdate: new Date(Date.now() - 60_000),
        nextUpdate: new Date(Date.now() + dayMs),
        entries: pairs.map(({ certificate }) => ({
          serialNumber: new x509.X509Certificate(certificate).serialNumber,
          revocationDate: new Date(Date.now() - 30_000),
          // Without any, an empty list of extensions is written, which BoringSSL does not read.
          reason: x509.X509CrlReason.keyCompromise,
        })),
        signingAlgorithm: signing,
        signingKey: keys.privateKey,
      })
      // OpenSSL's word for it.
      return x509.PemConverter.encode(list.rawData, 'X509 CRL')
    },
  }
}

type x509CryptoKeyPair = Parameters<typeof x509.X509CertificateGenerator.createSelfSigned>[0]['keys']

async function pemOf(key: x509CryptoKeyPair['privateKey']): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key as webcrypto.CryptoKey)
  return x509.PemConverter.encode(der, 'PRIVATE KEY')
}
