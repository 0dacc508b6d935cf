/**
 * The runtime: values by which a proxy is steered while it serves, without another configuration. They are handed in as
 * one immutable map, so that a decision depends on nothing else; a proxy whose runtime changes hands in another one.
 */
export type RuntimeValues = ReadonlyMap<string, RuntimeValue>

/** One value in every form in which it can be asked for; undefined where it has none of that form. */
export type RuntimeValue = {
  /** As it was said. */
  readonly text: string
  readonly number: number | undefined
  /** The number without what is behind its point, where it is not negative. */
  readonly count: number | undefined
  readonly flag: boolean | undefined
  /** 0 to 1: a fraction with its denominator, or a number as a percentage. */
  readonly share: number | undefined
}

/** A share of requests: what the value under `key` says while there is one, or else `share`. No key is an empty one. */
export type RuntimeShare = { readonly key: string; readonly share: number }

/** Whether something is done at all. */
export type RuntimeFlag = { readonly key: string; readonly isOn: boolean }

export const noRuntimeValues: RuntimeValues = new Map()

/** Where nothing is set this costs two comparisons. */
export function shareIn(values: RuntimeValues, { key, share }: RuntimeShare): number {
  return shareUnder(values, key, share)
}

export function shareUnder(values: RuntimeValues, key: string, otherwise: number): number {
  if (key === '' || values.size === 0) return otherwise
  return values.get(key)?.share ?? otherwise
}

export function countIn(values: RuntimeValues, key: string, otherwise: number): number {
  if (key === '' || values.size === 0) return otherwise
  return values.get(key)?.count ?? otherwise
}

export function numberIn(values: RuntimeValues, key: string, otherwise: number): number {
  if (key === '' || values.size === 0) return otherwise
  return values.get(key)?.number ?? otherwise
}

export function flagIn(values: RuntimeValues, { key, isOn }: RuntimeFlag): boolean {
  if (key === '' || values.size === 0) return isOn
  return values.get(key)?.flag ?? isOn
}

/** Whether a request is among a share. A draw is taken only where chance decides. */
export function isAmong(values: RuntimeValues, setting: RuntimeShare, random: () => number): boolean {
  const share = shareIn(values, setting)
  return share >= 1 || (share > 0 && random() < share)
}

/** The same by a key whose value is a whole percentage; all of them where it says nothing. */
export function isAmongPercent(values: RuntimeValues, key: string, random: () => number): boolean {
  const percent = countIn(values, key, 100)
  return percent >= 100 || random() * 100 < percent
}
