import type { PeerValidation } from '../config/tls-secret.ts'

/** A certificate of an upstream as Node gives it. A root is its own issuer, or has none. */
type Issued<Certificate> = { readonly issuerCertificate?: Certificate | undefined }

/** Longer chains make each handshake cost more, and hide who has signed what. */
const usualMax = 8

/** How many certificates the chain of an upstream may have. 0 besides its own is 1, as in Envoy: there is always a root. */
export function chainLengthMax({ depthMax }: Pick<PeerValidation, 'depthMax'>): number {
  return depthMax === undefined ? usualMax : Math.max(1, depthMax) + 1
}

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
