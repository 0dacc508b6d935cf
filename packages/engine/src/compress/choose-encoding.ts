import { lowerAscii } from '../match/ascii-case.ts'
import { type CompressorPolicy, isTypeCompressed } from './compressor-policy.ts'

/** Which coding an answer gets, and what of `accept-encoding` decided on it, as statistics tell. */
export type EncodingChoice = {
  readonly coding: string
  readonly reason: 'compressor' | 'identity' | 'wildcard' | 'not-valid'
}

const identity: EncodingChoice = { coding: 'identity', reason: 'identity' }
const notValid: EncodingChoice = { coding: 'identity', reason: 'not-valid' }

/**
 * What of `accept-encoding` (RFC 9110 §12.5.3) and the compressors of a chain goes best together. One choice for all of
 * them: of codings that are liked as much the first in the client's list wins, but for a compressor that wants to be first.
 */
export function chooseEncoding(
  accept: string,
  compressors: readonly CompressorPolicy[],
  contentType: string | undefined,
): EncodingChoice {
  const allowed = new Map<string, CompressorPolicy>()
  for (const policy of compressors) {
    if (!isTypeCompressed(policy.response.types, contentType)) continue
    // Of two for the same coding the first one counts.
    if (!allowed.has(policy.library.coding)) allowed.set(policy.library.coding, policy)
  }
  const wishes = readWishes(accept)
  // What is not wanted at all does not stand behind "*" either.
  for (const { coding, quality } of wishes) if (quality === 0) allowed.delete(coding)
  if (wishes.length === 0 || allowed.size === 0) return notValid
  let best = { coding: 'identity', quality: 0 }
  for (const wish of wishes) {
    const isKnown = allowed.has(wish.coding) || wish.coding === 'identity' || wish.coding === '*'
    if (!isKnown) continue
    const isFirst = wish.quality === best.quality && allowed.get(wish.coding)?.choosesFirst === true
    if (wish.quality > best.quality || isFirst) best = wish
  }
  if (best.quality === 0) return notValid
  if (best.coding === 'identity') return identity
  if (best.coding !== '*') return { coding: best.coding, reason: 'compressor' }
  const [first = 'identity'] = allowed.keys()
  return { coding: first, reason: 'wildcard' }
}

/** A weight that is no number takes its coding out of the list. */
function readWishes(accept: string): { coding: string; quality: number }[] {
  return accept.split(',').flatMap((each) => {
    const [name = '', ...rest] = each.split(';')
    const coding = name.trim()
    if (each === '') return []
    const [key = '', value] = rest.join(';').split('=', 2)
    if (value === undefined || lowerAscii(key.trim()) !== 'q') return [{ coding, quality: 1 }]
    const text = value.trim()
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? [{ coding, quality: Number(text) }] : []
  })
}
