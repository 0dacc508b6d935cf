import { normaliseAuthority } from '@heddle/engine/path/normalise-authority'
import type { PeerView } from '@heddle/engine/request/peer-view'
import type { RequestView } from '@heddle/engine/request/request-view'
import type { RequestRecord } from '@heddle/shared/api/request-record'

/** Headers that every proxy records when a request has them: when a record lacks one, so did the request. */
const alwaysRecorded = new Set(['accept', 'content-type', 'user-agent', 'x-request-id', 'x-user-type'])

/** A recorded request as the engine reads requests; it notes which headers were asked for that nobody recorded. */
export class RecordedRequest implements RequestView {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly authority: string
  readonly authorityPort: number
  readonly scheme = 'http'
  readonly unknownHeaders = new Set<string>()
  private readonly headers: Readonly<Record<string, string>>

  constructor(record: RequestRecord) {
    const { host, port } = normaliseAuthority(record.host)
    this.method = record.method
    this.path = record.path
    this.query = record.query
    this.authority = host
    this.authorityPort = port
    const caller = record.source.service === '' || record.source.service === 'unknown' ? undefined : record.source
    this.headers = {
      ...record.headers,
      host: record.host,
      ':authority': record.host,
      ':method': record.method,
      ':path': record.query === '' ? record.path : `${record.path}?${record.query}`,
      ':scheme': 'http',
      // Callers' sidecars name themselves in it; the record has the same in its own fields.
      ...(caller === undefined
        ? {}
        : { 'x-envoy-downstream-service-cluster': `${caller.service}.${caller.namespace}` }),
    }
  }

  header(name: string): string | undefined {
    const value = this.headers[name]
    if (value === undefined && !alwaysRecorded.has(name) && name !== 'x-envoy-downstream-service-cluster') {
      this.unknownHeaders.add(name)
    }
    return value
  }

  headerValues(name: string): readonly string[] {
    const value = this.header(name)
    return value === undefined ? [] : [value]
  }
}

export function recordedPeer({ source, destination }: RequestRecord): PeerView {
  return {
    address: source.address,
    directAddress: source.address,
    port: 0,
    remoteAddress: source.address,
    principal: source.principal === '' ? undefined : source.principal,
    names: source.principal === '' ? undefined : [source.principal],
    destinationAddress: destination.address,
    destinationPort: destination.port,
    sni: undefined,
  }
}

/** Why it cannot be told what happens to a request that was asked for headers that nobody recorded. */
export function notRecorded({ unknownHeaders }: RecordedRequest): string {
  return `the header ${[...unknownHeaders].join(', ')} is not recorded`
}
