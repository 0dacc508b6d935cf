import { matchesString } from '@heddle/engine/match/string-matcher'
import type { PeerNameMatcher } from '../config/tls-config.ts'
import { subjectAltNames } from './subject-alt-names.ts'

/** Why a peer whose chain is trusted may not be spoken with all the same; undefined when it may. */
export function peerRefusal(altNames: string | undefined, wanted: readonly PeerNameMatcher[]): string | undefined {
  const names = subjectAltNames(altNames)
  if (names === undefined) return 'the names of its certificate cannot be read'
  if (wanted.length === 0) return undefined
  const isWanted = names.some(({ type, value }) =>
    wanted.some((each) => each.type === type && matchesString(each.matcher, value)),
  )
  return isWanted ? undefined : 'its certificate carries none of the names that match_typed_subject_alt_names allows'
}
