import type { BalancedEndpoint } from './balanced-endpoint.ts'

/** What an endpoint is placed by: what its metadata says, or its address, or its name where that is asked for and it has one. */
export function hashKey({ config }: BalancedEndpoint, usesHostname: boolean): string {
  // `envoy.lb` metadata, as JSON: only a text can be a key.
  const own = config.subsetValues.get('hash_key')
  if (own !== undefined && own.length > 2 && own.startsWith('"')) return JSON.parse(own) as string // it begins as one
  return usesHostname && config.hostname !== '' ? config.hostname : config.key
}
