import type { IpRange } from '@heddle/engine/match/ip-range'

/** One of `original_ip_detection_extensions`: where the client's address stands when proxies are in front. They are asked in turn. */
export type ClientDetection =
  | {
      readonly kind: 'forwarded-for'
      /** So many entries from the right are those of proxies that are trusted. */
      readonly trustedHops: number
      /** Who is connected must be in one of them, and entries in them are those of proxies; empty: whoever is connected is believed. */
      readonly trustedRanges: readonly IpRange[]
      /** Who is connected is appended to `x-forwarded-for`. */
      readonly appends: boolean
    }
  | {
      readonly kind: 'header'
      readonly name: string
      /** What it says may make a request an internal one. */
      readonly isTrusted: boolean
      /** With which status a request is refused whose header says no address; 0: the next one is asked. */
      readonly rejection: number
    }
