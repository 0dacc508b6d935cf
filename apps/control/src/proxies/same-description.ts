import { isDeepStrictEqual } from 'node:util'
import type { ProxyDescription } from '../snapshot/proxy-description.ts'

/** Whatever way it came: the database keeps another order of keys, and no key without a value. */
export function sameDescription(one: ProxyDescription, other: ProxyDescription): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)))
}
