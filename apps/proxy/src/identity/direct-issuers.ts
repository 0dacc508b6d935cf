import { X509Certificate } from 'node:crypto'

const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * The roots of a PEM bundle: those that have signed themselves. Of a client's chain Node shows a server the leaf alone, so that
 * none lies between them is all that can be held of its length.
 */
export function rootsOf(bundle: string): readonly X509Certificate[] {
  return (bundle.match(pem) ?? []).map((text) => new X509Certificate(text)).filter((each) => each.checkIssued(each))
}

/** One of them has signed it. That it is valid otherwise was seen in the handshake. */
export function isIssuedByOneOf(roots: readonly X509Certificate[], leaf: X509Certificate): boolean {
  return roots.some((root) => leaf.checkIssued(root) && leaf.verify(root.publicKey))
}
