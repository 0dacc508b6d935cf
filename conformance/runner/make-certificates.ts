import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type AltName, createAuthority, type LeafOptions } from '../../packages/testkit/src/certificates.ts'

const dayMs = 86_400_000
const uri = (value: string): AltName => ({ type: 'url', value })
const dns = (value: string): AltName => ({ type: 'dns', value })
const client = [uri('spiffe://mesh.test/ns/shop/sa/cart')]

/** Leaves by name: whose they are, what they say, and what is wrong with them. `other` is an authority that nobody trusts, `below` one below the mesh's. */
const leaves: Readonly<
  Record<string, { by?: 'other' | 'below'; names: readonly AltName[]; options?: () => LeafOptions }>
> = {
  server: { names: [dns('test'), dns('localhost'), uri('spiffe://mesh.test/ns/shop/sa/orders')] },
  two: { names: [dns('two.test')] },
  // A serial number that begins with a nought: how long it is written is not left to chance.
  client: { names: client, options: () => ({ serial: '0e22d29bc3678bb8a8596ec1a1d75eed' }) },
  dnsonly: { names: [dns('cart.test')] },
  noname: { names: [] },
  revoked: { names: client },
  deep: { by: 'below', names: client },
  wild: { names: [dns('*.wild.test')] },
  rsa: { names: [dns('test'), dns('rsa.test')], options: () => ({ isRsa: true }) },
  stranger: { names: [uri('spiffe://other.test/ns/shop/sa/cart')] },
  twouris: { names: [...client, uri('spiffe://mesh.test/ns/shop/sa/admin')] },
  otherca: { by: 'other', names: client },
  expired: {
    names: client,
    options: () => ({ notBefore: new Date(Date.now() - 2 * dayMs), notAfter: new Date(Date.now() - dayMs) }),
  },
  notyet: {
    names: client,
    options: () => ({ notBefore: new Date(Date.now() + dayMs), notAfter: new Date(Date.now() + 2 * dayMs) }),
  },
  caleaf: { names: client, options: () => ({ isAuthority: true }) },
}

/** Makes the certificates that scenarios name, as files in `folder`: `NAME.pem`, `NAME.key`, `NAME.sds.json`, and `mesh.ca`, `other.ca`, `mesh.crl`. */
export async function makeCertificates(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const [mesh, other] = await Promise.all([createAuthority('mesh'), createAuthority('other')])
  const below = await mesh.issueAuthority('below')
  const authorities = { mesh, other, below }
  writeFileSync(path.join(folder, 'mesh.ca'), mesh.certificate)
  writeFileSync(path.join(folder, 'other.ca'), other.certificate)
  const file = (name: string) => ({ filename: path.join(folder, name) })
  writeSecret(folder, 'roots', { validation_context: { trusted_ca: file('mesh.ca') } })
  await Promise.all(
    Object.entries(leaves).map(async ([name, { by, names, options }]) => {
      const leaf = await authorities[by ?? 'mesh'].issue(names, options?.())
      writeFileSync(path.join(folder, `${name}.pem`), leaf.certificate)
      writeFileSync(path.join(folder, `${name}.key`), leaf.key)
      const certificate = { certificate_chain: file(`${name}.pem`), private_key: file(`${name}.key`) }
      writeSecret(folder, name, { tls_certificate: certificate })
      if (name === 'revoked') writeFileSync(path.join(folder, 'mesh.crl'), await mesh.revoke([leaf]))
    }),
  )
}

/** `NAME.sds.json`: what a `path_config_source` reads. */
function writeSecret(folder: string, name: string, secret: object): void {
  const type = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret'
  const response = { resources: [{ '@type': type, name, ...secret }] }
  writeFileSync(path.join(folder, `${name}.sds.json`), JSON.stringify(response))
}

/** The texts of one end of TLS that is ours, as `node:tls` takes them. */
export function readCertificates(
  folder: string,
  { certificate, ca }: { certificate?: string | undefined; ca?: string | undefined },
): { cert?: string; key?: string; ca?: string } {
  const read = (file: string) => readFileSync(path.join(folder, file), 'utf8')
  return {
    ...(certificate === undefined ? {} : { cert: read(`${certificate}.pem`), key: read(`${certificate}.key`) }),
    ...(ca === undefined ? {} : { ca: read(`${ca}.ca`) }),
  }
}
