import type { BalancedEndpoint } from './balanced-endpoint.ts'

/** What an endpoint is placed by: its address, or its name where that is asked for and it has one. */
export function hashKey({ config }: BalancedEndpoint, usesHostname: boolean): string {
  return usesHostname && config.hostname !== '' ? config.hostname : config.key
}
