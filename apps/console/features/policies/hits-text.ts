import type { ObjectSummary } from '@heddle/shared/api/objects'
import { formatNumber, noData } from '#ui/format-number.ts'

/** How many requests met the policy in the last hour; what nobody counts is no number. */
export function hitsText({ hitsLastHour, hitsAreAtLeast }: ObjectSummary): string {
  if (hitsLastHour === undefined) return noData
  return `${hitsAreAtLeast ? '≥ ' : ''}${formatNumber(hitsLastHour)}`
}

/** What the number does not say by itself; undefined when it says all. */
export function hitsCaveat({ hitsLastHour, hitsSince, hitsAreAtLeast }: ObjectSummary): string | undefined {
  if (hitsLastHour === undefined) return 'No proxy that it concerns counts its requests'
  const caveats = [
    hitsSince === undefined ? '' : `counted since ${new Date(hitsSince).toLocaleTimeString('en')} only`,
    hitsAreAtLeast ? 'some of the proxies that it concerns do not count' : '',
  ].filter(Boolean)
  return caveats.length === 0 ? undefined : caveats.join('; ')
}
