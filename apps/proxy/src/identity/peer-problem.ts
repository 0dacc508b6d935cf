import { createHash, type X509Certificate } from 'node:crypto'
import type { CertificatePins, PeerValidation } from '../config/tls-secret.ts'
import { peerRefusal } from './peer-refusal.ts'

export const notPinned = 'its certificate is none of those that are pinned'

/** Why a peer whose chain is trusted may not be spoken with all the same; undefined when it may. */
export function peerProblem(leaf: X509Certificate, { peerNames, pins }: PeerValidation): string | undefined {
  const refusal = peerRefusal({ altNames: leaf.subjectAltName, isAuthority: leaf.ca }, peerNames)
  if (refusal !== undefined) return refusal
  if (pins !== undefined && !isPinned(leaf, pins)) return notPinned
  return undefined
}

function isPinned(leaf: X509Certificate, { keys, certificates }: CertificatePins): boolean {
  return certificates.has(sha256(leaf.raw)) || keys.has(sha256(leaf.publicKey.export({ type: 'spki', format: 'der' })))
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
