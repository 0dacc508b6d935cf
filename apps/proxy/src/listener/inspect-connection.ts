import type { Socket } from 'node:net'
import { newTimer, type TimerWheel } from '../clock/timer-wheel.ts'
import { readProxyHeader } from '../codec/proxy-protocol/read-proxy-header.ts'
import type { ListenerFilters } from '../config/listener-config.ts'
import type { InspectionCounts } from '../counts/inspection-counts.ts'
import type { ConnectionFacts } from './pick-chain.ts'
import { helloBytesMax, readClientHello } from './read-client-hello.ts'
import { readHttpProtocol } from './read-http-protocol.ts'

export type Inspection = {
  readonly filters: ListenerFilters
  readonly wheel: TimerWheel
  readonly counts: InspectionCounts
  /** Whether the first bytes matter for a connection of which so much is known. */
  readonly asksForBytes: (facts: ConnectionFacts) => boolean
  readonly onTimeout: () => void
  /** It is looked at no more: all is known, or the client has gone. Said before `onEnd`. */
  readonly onOver: () => void
  /** All is known that will be; `bytes` were read and belong to whoever serves it. Undefined facts: it is to be cut off. */
  readonly onEnd: (facts: ConnectionFacts | undefined, bytes: Buffer) => void
}

/**
 * Looks at the first bytes of a connection, as its listener's filters ask: a PROXY header, which is taken away, then a TLS
 * hello or the first line of HTTP, which are only read. A client that says nothing is waited for only where it matters,
 * and not longer than the listener allows.
 */
export function inspectConnection(socket: Socket, known: ConnectionFacts, inspection: Inspection): void {
  const { filters, wheel, counts, asksForBytes, onTimeout, onOver, onEnd } = inspection
  let facts = known
  let bytes: Buffer = Buffer.alloc(0)
  let isHeaderDone = filters.proxyProtocol === undefined
  const timer = newTimer(() => {
    onTimeout()
    end(filters.continuesOnTimeout ? facts : undefined)
  })

  const end = (result: ConnectionFacts | undefined) => {
    wheel.clear(timer)
    socket.pause()
    for (const [event, listener] of listeners) socket.off(event, listener)
    onOver()
    const late = socket.read() as Buffer | null // no encoding is set
    onEnd(result, late === null ? bytes : Buffer.concat([bytes, late]))
  }
  const step = () => {
    if (!isHeaderDone) {
      const outcome = takeHeader(bytes, facts, filters, counts.proxyHeader)
      if (outcome === 'more') return
      if (outcome === 'refused') return end(undefined)
      facts = outcome.facts
      bytes = outcome.rest
      isHeaderDone = true
    }
    if (!asksForBytes(facts)) return end(facts)
    const found = readFirstBytes(bytes, facts, filters, counts)
    if (found !== 'more') end(found)
  }
  const listeners: readonly (readonly [string, (chunk: Buffer) => void])[] = [
    [
      'data',
      (chunk) => {
        bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
        step()
      },
    ],
    ['end', () => end(bytes.length === 0 ? undefined : facts)],
    ['error', () => undefined],
    [
      'close',
      () => {
        wheel.clear(timer)
        onOver()
      },
    ],
  ]
  for (const [event, listener] of listeners) socket.on(event, listener)
  wheel.set(timer, filters.timeoutMs)
}

function takeHeader(
  bytes: Buffer,
  facts: ConnectionFacts,
  { proxyProtocol }: ListenerFilters,
  counts: InspectionCounts['proxyHeader'],
): { readonly facts: ConnectionFacts; readonly rest: Buffer } | 'more' | 'refused' {
  if (proxyProtocol === undefined) return { facts, rest: bytes }
  // Where a header may be missing, one of a version that is not taken belongs to whoever serves the connection.
  const header = readProxyHeader(bytes, proxyProtocol.isOptional ? proxyProtocol.refusedVersions : [])
  if (header === 'more') return 'more'
  if (header === 'none' && proxyProtocol.isOptional) {
    counts.notFoundAllowed++
    return { facts, rest: bytes }
  }
  if (header === 'none') counts.notFoundDisallowed++
  if (header === 'none' || header === 'invalid') return refuseHeader(counts)
  const version = counts.versions[header.version - 1]
  if (proxyProtocol.refusedVersions.includes(header.version)) {
    if (version !== undefined) version.disallowed++
    return refuseHeader(counts)
  }
  if (version !== undefined) version.found++
  return { facts: { ...facts, ...header.addresses }, rest: bytes.subarray(header.length) }
}

function refuseHeader(counts: InspectionCounts['proxyHeader']): 'refused' {
  counts.refused++
  return 'refused'
}

function readFirstBytes(
  bytes: Buffer,
  facts: ConnectionFacts,
  { tls, http }: ListenerFilters,
  counts: InspectionCounts,
): ConnectionFacts | 'more' {
  if (bytes.length === 0) return 'more'
  if (tls) {
    const hello = readClientHello(bytes)
    if (hello === 'more') return bytes.length > helloBytesMax + 1024 ? facts : 'more'
    if (hello === 'none') counts.tls.notFound++
    else {
      countHello(hello.serverName, hello.protocols, counts.tls)
      return { ...facts, transport: 'tls', serverName: hello.serverName ?? '', protocols: hello.protocols }
    }
  }
  if (!http) return facts
  const protocol = readHttpProtocol(bytes)
  if (protocol === 'more') return 'more'
  counts.http[countedAs[protocol]]++
  return protocol === 'none' ? facts : { ...facts, protocols: [protocol] }
}

const countedAs = { 'http/1.0': 'http10', 'http/1.1': 'http11', h2c: 'http2', none: 'none' } as const

function countHello(
  serverName: string | undefined,
  protocols: readonly string[] | undefined,
  counts: InspectionCounts['tls'],
): void {
  counts.found++
  if (serverName === undefined) counts.unnamed++
  else counts.named++
  if (protocols === undefined || protocols.length === 0) counts.noAlpn++
  else counts.alpn++
}
