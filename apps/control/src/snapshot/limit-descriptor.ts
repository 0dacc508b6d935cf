import type { RateLimit, RateLimitKey } from '@heddle/shared/model/rate-limit'
import { hashOf } from './encode-resource.ts'

/** The `domain` under which proxies ask for the limits of this control plane. */
export const limitDomain = 'heddle'

/**
 * Keys of the entries by which a limit knows its requests. Snapshots tell proxies to send them, and the rate limit service
 * looks its rules up by them:
 *
 *     limit=shop/charges/0/0   which limit, match and caller; first (`limitKey`)
 *     query=yes                where the match has query parameters
 *     version=5d41402a         which content of the limit the proxy runs
 *     header.x-user=ada        one for each `countBy` that the request has a value for
 */
export const queryKey = 'query'
export const versionKey = 'version'

/** Where an answer names the limit that refused, in its dynamic metadata. */
export const limitedByKey = 'limited_by'

/** The key under which a value is sent by which a limit counts. */
export function countKey({ type, name }: RateLimitKey): string {
  switch (type) {
    case 'Header':
      return `header.${name?.toLowerCase()}`
    case 'Caller':
      return 'caller'
    case 'ClientAddress':
      // The action has a fixed name.
      return 'remote_address'
  }
}

/**
 * Changes with what a limit lets through. While a change rolls out, proxies of both revisions ask, and each is answered by
 * the limit that it runs.
 */
export function limitVersion({ spec }: RateLimit): string {
  const { requests, interval, burst } = spec.limit
  const content = [requests, interval, burst ?? null, spec.countBy?.map(countKey) ?? [], spec.shadowMode === true]
  return hashOf(JSON.stringify(content)).slice(0, 8)
}
