import type { RequestQuery, RequestRecord } from '@heddle/shared/api/request-record'
import { decidingPolicy } from '@heddle/shared/model/deciding-policy'
import { type DrawnRecords, RehearsalSample } from './rehearsal-sample.ts'
import { readInstant } from './time-range.ts'

/** The last hour's records within these bounds; the oldest give way. What stands in them is chosen by clients. */
const recordsMax = 50_000
const charactersMax = 64 * 1024 * 1024
const keptMs = 3600_000
/** A clock that is further ahead does not make requests of the future, which would come before all others until then. */
const aheadMs = 60_000

/** Recorded requests of the last hour, newest last. They feed "explain this request" and the rehearsal. */
export class RequestRecords {
  private readonly ring: (RequestRecord | undefined)[] = []
  private readonly sample = new RehearsalSample()
  private oldest = 0
  private count = 0
  private characters = 0

  add(reported: RequestRecord, now = Date.now()): void {
    const isAhead = Date.parse(reported.at) > now + aheadMs
    const record = isAhead ? { ...reported, at: new Date(now).toISOString() } : reported
    this.sample.add(record, now)
    this.characters += charactersOf(record)
    while (this.count === recordsMax || (this.count > 0 && this.characters > charactersMax)) this.dropOldest()
    this.ring[(this.oldest + this.count) % recordsMax] = record
    this.count++
  }

  private dropOldest(): void {
    const record = this.ring[this.oldest]
    if (record !== undefined) this.characters -= charactersOf(record)
    this.ring[this.oldest] = undefined
    this.oldest = (this.oldest + 1) % recordsMax
    this.count--
  }

  /** Newest first. */
  find(query: RequestQuery, now = Date.now()): RequestRecord[] {
    const { namespace, service, source, only, policy, id, limit } = query
    const instant = (text: string) => readInstant(text, now / 1000) * 1000
    const since = query.since === undefined ? Number.NEGATIVE_INFINITY : instant(query.since)
    const until = query.until === undefined ? Number.POSITIVE_INFINITY : instant(query.until)
    const found: RequestRecord[] = []
    for (const record of this.newestFirst(now)) {
      if (found.length >= limit) break
      if (namespace !== undefined && record.destination.namespace !== namespace) continue
      if (service !== undefined && record.destination.service !== service) continue
      if (source !== undefined && record.source.service !== source && record.source.workload !== source) continue
      if (!isOne(only, record)) continue
      if (policy !== undefined && decidingPolicy(record.matchedPolicy)?.object !== policy) continue
      const at = Date.parse(record.at)
      if (at < since || at >= until) continue
      if (id !== undefined && record.headers['x-request-id'] !== id && record.traceId !== id) continue
      found.push(record)
    }
    // Proxies report a few seconds at a time: those of one come behind those of another.
    return found.sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
  }

  /** Of the whole time since then, also where the newest ones alone do not reach back so far. */
  drawnSince(then: number, max: number): DrawnRecords {
    return this.sample.since(then, max)
  }

  *newestFirst(now = Date.now()): Iterable<RequestRecord> {
    for (let back = 1; back <= this.count; back++) {
      const record = this.ring[(this.oldest + this.count - back) % recordsMax]
      // Older ones may be newer: the clock of whoever reported this one may be behind.
      if (record === undefined || Date.parse(record.at) < now - keptMs) continue
      yield record
    }
  }
}

/** Roughly: what can be long. */
function charactersOf({ path, query, host, details, routeName, cluster, headers }: RequestRecord): number {
  let sum = 500 + path.length + query.length + host.length + details.length + routeName.length + cluster.length
  for (const name in headers) sum += name.length + (headers[name]?.length ?? 0)
  return sum
}

function isOne(only: RequestQuery['only'], record: RequestRecord): boolean {
  const flags = record.flags.split(',')
  switch (only) {
    case 'all':
      return true
    case 'errors':
      return record.status >= 500 || record.status === 0
    case 'denied':
      return isDenied(record)
    case 'limited':
      return flags.includes('RL')
    case 'injected':
      return flags.includes('FI') || flags.includes('DI')
  }
}

/**
 * Refused by authorization. The details say so, also where no rule allowed it and none can be named; a rule alone says
 * nothing, since the one that allowed a request is named too, whatever the application answered.
 */
function isDenied({ status, details, matchedPolicy }: RequestRecord): boolean {
  if (details === '') return status === 403 && matchedPolicy !== ''
  return details.startsWith('rbac_access_denied')
}
