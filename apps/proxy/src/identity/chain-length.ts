/** A certificate of an upstream as Node gives it. A root is its own issuer, or has none. */
type Issued<Certificate> = { readonly issuerCertificate?: Certificate | undefined }

/**
 * Longer chains make each handshake cost more, and hide who has signed what. A listener cannot ask: of a client's chain Node
 * shows a server the leaf, and OpenSSL bounds its bytes.
 */
export const chainLengthMax = 8

/**
 * How many certificates there are from a leaf to its root, the leaf counted; beyond `most` it does not look. Public chains
 * have four, a mesh has two or three.
 */
export function chainLength<Certificate extends Issued<Certificate>>(leaf: Certificate, most: number): number {
  let length = 1
  let at = leaf
  while (length <= most && at.issuerCertificate !== undefined && at.issuerCertificate !== at) {
    at = at.issuerCertificate
    length++
  }
  return length
}
