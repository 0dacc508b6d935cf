import { readIpAddress } from '@heddle/engine/match/ip-address'

/** The entry of `x-forwarded-for` before the last `skipped` ones; undefined when there is none, or it is no address. */
export function trustedAddress(forwardedFor: string | undefined, skipped: number): string | undefined {
  if (forwardedFor === undefined) return undefined
  let end = forwardedFor.length
  for (let count = 0; count < skipped; count++) {
    end = forwardedFor.lastIndexOf(',', end - 1)
    if (end < 0) return undefined
  }
  const start = forwardedFor.lastIndexOf(',', end - 1)
  const entry = forwardedFor.slice(start + 1, end).trim()
  return readIpAddress(entry) ? entry : undefined
}
