import { matchesString } from '@heddle/engine/match/string-matcher'
import type { PeerNameMatcher } from '../config/tls-secret.ts'
import { subjectAltNames } from '../message/subject-alt-names.ts'

/** What a verified certificate says of whom it stands for. */
export type PeerClaim = {
  /** Node's text of its alternative names. */
  readonly altNames: string | undefined
  /** Basic constraints: it may sign others. */
  readonly isAuthority: boolean
}

/** Why a peer whose chain is trusted may not be spoken with all the same; undefined when it may. */
export function peerRefusal(
  { altNames, isAuthority }: PeerClaim,
  wanted: readonly PeerNameMatcher[],
): string | undefined {
  const names = subjectAltNames(altNames)
  if (names === undefined) return 'the names of its certificate cannot be read'
  const uris = names.filter(({ type }) => type === 'URI')
  // Who claims a SPIFFE identity is held to its rules (X.509-SVID §2 and §4.1): with two names nobody knows which of them
  // was meant, and an authority that speaks as a workload could make itself any other.
  if (uris.some(({ value }) => value.startsWith('spiffe://'))) {
    if (uris.length > 1) return 'its certificate carries more than one URI'
    if (isAuthority) return 'its certificate is one of an authority'
  }
  if (wanted.length === 0) return undefined
  const isWanted = names.some(({ type, value }) =>
    wanted.some((each) => each.type === type && matchesString(each.matcher, value)),
  )
  return isWanted ? undefined : 'its certificate carries none of the names that match_typed_subject_alt_names allows'
}
