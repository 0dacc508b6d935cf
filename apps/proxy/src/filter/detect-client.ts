import { readIpAddress } from '@heddle/engine/match/ip-address'
import { groupsInRange, type IpRange } from '@heddle/engine/match/ip-range'
import type { ClientDetection } from '../config/client-detection.ts'
import type { HttpEdge } from '../config/http-edge.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import { trustedAddress } from './trusted-address.ts'

/** What is found out about who asks: whether it comes from inside, or with which status it is refused (0: it is not). */
export type Detected = { readonly isInside: boolean; readonly rejection: number }

/** As much of a request as this is about. */
type AskedExchange = {
  readonly headers: HeaderBlock
  readonly peer: { readonly address: string; remoteAddress: string }
}

const outside: Detected = { isInside: false, rejection: 0 }
const inside: Detected = { isInside: true, rejection: 0 }

/**
 * `original_ip_detection_extensions`: the first that finds an address names the client; when none does, it is who is connected.
 * Nobody becomes internal by an address that somebody else may have written.
 */
export function detectClient({
  detections,
  internalRanges,
}: Pick<HttpEdge, 'detections' | 'internalRanges'>): (exchange: AskedExchange) => Detected {
  const rejections = detections.map(
    (each): Detected => ({
      isInside: false,
      rejection: each.kind === 'header' ? each.rejection : 0,
    }),
  )
  return ({ headers, peer }) => {
    for (let index = 0; index < detections.length; index++) {
      const detection = detections[index] as ClientDetection // in range
      let address: string | undefined
      let mayBeInside = false
      if (detection.kind === 'header') {
        address = headerAddress(headers.lines(detection.name))
        if (address === undefined && detection.rejection > 0) return rejections[index] as Detected // as many as there are
        mayBeInside = detection.isTrusted
      } else {
        const told = headers.get('x-forwarded-for')
        address = forwardedAddress(detection, told, peer.address)
        mayBeInside = isSingle(detection, told)
        // Without a space, as Envoy writes it.
        if (detection.appends)
          headers.set('x-forwarded-for', told === undefined ? peer.address : `${told},${peer.address}`)
      }
      if (address === undefined) continue
      peer.remoteAddress = address
      return mayBeInside && isIn(internalRanges, address) ? inside : outside
    }
    return outside
  }
}

/** Of several lines the first; an address without a port. */
function headerAddress([first]: readonly string[]): string | undefined {
  return first !== undefined && readIpAddress(first) ? first : undefined
}

type ForwardedFor = Extract<ClientDetection, { kind: 'forwarded-for' }>

function forwardedAddress(
  { trustedHops, trustedRanges }: ForwardedFor,
  told: string | undefined,
  connected: string,
): string | undefined {
  if (trustedRanges.length === 0) return trustedAddress(told, trustedHops)
  if (told === undefined || !isIn(trustedRanges, connected)) return undefined
  return lastBefore(trustedRanges, told)
}

/** From the right the first one that is not trusted; the leftmost, where all are. One that is no address ends the search without a find. */
function lastBefore(ranges: readonly IpRange[], list: string): string | undefined {
  for (let end = list.length; ; ) {
    const comma = list.lastIndexOf(',', end - 1)
    const entry = list.slice(comma + 1, end).trim()
    if (!readIpAddress(entry)) return undefined
    if (comma < 0 || !ranges.some(groupsInRange)) return entry
    // Nothing stands before it.
    if (comma === 0) return undefined
    end = comma
  }
}

function isIn(ranges: readonly IpRange[], address: string): boolean {
  return readIpAddress(address) && ranges.some(groupsInRange)
}

/** A list means that somebody was there before. */
function isSingle({ trustedHops }: ForwardedFor, told: string | undefined): boolean {
  return trustedHops === 0 && told !== undefined && !told.includes(',')
}
