import type { BalancedEndpoint } from './balanced-endpoint.ts'
import type { SubsetSelector, SubsetSettings } from './balancer-settings.ts'
import { subsetMatchOf } from './subset-match.ts'

/** The endpoints that have one combination of values. */
export type Subset<Endpoint> = {
  readonly endpoints: Endpoint[]
  /** `single_host_per_subset`: one of them is all there is. */
  readonly isSingle: boolean
}

/** Every combination of values that the endpoints have for the keys of a selector, by the text of its match. */
export function divideSubsets<Endpoint extends BalancedEndpoint>(
  endpoints: readonly Endpoint[],
  { selectors, listAsAny }: SubsetSettings,
): Map<string, Subset<Endpoint>> {
  const divided = new Map<string, Subset<Endpoint>>()
  for (const endpoint of endpoints) {
    for (const { keys, isSingle } of selectors) {
      for (const values of combinations(keys, endpoint.config.subsetValues, listAsAny)) {
        add(divided, subsetMatchOf(values)?.text ?? '', isSingle, endpoint)
      }
    }
  }
  return divided
}

function add<Endpoint extends BalancedEndpoint>(
  divided: Map<string, Subset<Endpoint>>,
  text: string,
  isSingle: SubsetSelector['isSingle'],
  endpoint: Endpoint,
): void {
  const same = divided.get(text)
  if (same === undefined) divided.set(text, { endpoints: [endpoint], isSingle })
  else if (same.endpoints.at(-1) !== endpoint) same.endpoints.push(endpoint)
}

function combinations(
  keys: readonly string[],
  values: ReadonlyMap<string, string>,
  listAsAny: boolean,
): ReadonlyMap<string, string>[] {
  let found: ReadonlyMap<string, string>[] = [new Map()]
  for (const key of keys) {
    const value = values.get(key)
    if (value === undefined) return []
    const each =
      listAsAny && value.startsWith('[') ? (JSON.parse(value) as unknown[]).map((one) => JSON.stringify(one)) : [value]
    found = found.flatMap((before) => each.map((one) => new Map([...before, [key, one] as const])))
  }
  return found
}

/** Whether an endpoint has all of these values. */
export function hasValues(
  { config }: BalancedEndpoint,
  wanted: ReadonlyMap<string, string>,
  listAsAny: boolean,
): boolean {
  for (const [key, value] of wanted) {
    const own = config.subsetValues.get(key)
    if (own === value) continue
    if (!listAsAny || own?.startsWith('[') !== true) return false
    if (!(JSON.parse(own) as unknown[]).some((one) => JSON.stringify(one) === value)) return false
  }
  return true
}
