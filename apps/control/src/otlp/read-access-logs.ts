import type { RequestRecord } from '@heddle/shared/api/request-record'
import type { ExportLogsRequest, LogRecord } from '@heddle/shared/otlp/generated/heddle/otlp/v1/otlp_pb'
import { bucketCount, bucketOf } from '../signals/duration-histogram.ts'
import { type MetPolicy, policyOf } from '../signals/policy-hits.ts'
import type { RequestObservation } from '../signals/request-observation.ts'
import { accessLogName, recordedHeaders } from '../snapshot/access-log-fields.ts'
import { readAttributes } from './read-attributes.ts'
import { readFlags } from './read-flags.ts'
import { readName } from './read-name.ts'

/** What one Envoy's access log says. */
export type AccessReport = {
  readonly proxyId: string
  readonly observations: readonly RequestObservation[]
  /** What of its configuration the requests met, as far as an Envoy says it. */
  readonly met: readonly MetPolicy[]
  readonly records: readonly RequestRecord[]
}

export type AccessLogContext = {
  /** The revision that a proxy runs, as it has acknowledged: an Envoy cannot say it. */
  readonly revisionOf: (proxyId: string) => number | undefined
  readonly random: () => number
}

const linesMax = 20_000
/** Share of ordinary requests that are kept as records. */
const keptShare = 0.1

/**
 * Reads the access logs that Envoys send, as `envoy-telemetry.ts` has them written. Every line is a request: all are
 * counted, and those that ended unusually, with a share of the others, are kept as request records.
 */
export function readAccessLogs(
  request: ExportLogsRequest,
  context: AccessLogContext,
): { readonly reports: readonly AccessReport[]; readonly rejected: number } {
  let rejected = 0
  let budget = linesMax
  const reports: AccessReport[] = []
  for (const { resource, scopeLogs } of request.resourceLogs) {
    const self = readAttributes(resource?.attributes)
    if (self.get('log_name') !== accessLogName) continue
    const proxyId = self.get('node_name') ?? ''
    const revision = context.revisionOf(proxyId)
    const observations: RequestObservation[] = []
    const met: MetPolicy[] = []
    const records: RequestRecord[] = []
    for (const log of scopeLogs.flatMap(({ logRecords }) => logRecords)) {
      const line = --budget < 0 ? undefined : readLine(log)
      if (line === undefined) {
        rejected++
        continue
      }
      observations.push(toObservation(line, proxyId, revision))
      met.push(...metBy(line))
      const ratio = isUnusual(line) ? 1 : keptShare
      if (ratio === 1 || context.random() < ratio) records.push(toRecord(line, { proxyId, revision, ratio }))
    }
    reports.push({ proxyId, observations, met, records })
  }
  return { reports, rejected }
}

type Party = {
  readonly workload: string
  readonly namespace: string
  readonly service: string
  readonly version: string
}

type Line = {
  readonly reporter: 'source' | 'destination'
  readonly source: Party
  readonly destination: Party
  readonly atMs: number
  readonly status: number
  readonly flags: string
  readonly details: string
  /** The policy that denied it or acted on it; of a denial "none" when no rule allowed it. */
  readonly decidedBy: string
  readonly durationMs: number
  readonly traceId: string
  readonly text: (name: string) => string
}

/** Undefined when it does not say who reports. */
function readLine(log: LogRecord): Line | undefined {
  const values = readAttributes(log.attributes)
  // Envoy writes "-" for what there is not.
  const text = (name: string) => {
    const value = values.get(name) ?? ''
    return value === '-' ? '' : value
  }
  const reporter = text('reporter')
  const atMs = Number(log.timeUnixNano / 1_000_000n)
  if ((reporter !== 'source' && reporter !== 'destination') || !(atMs > 0 && atMs < 4e12)) return undefined
  const details = text('response_code_details')
  return {
    reporter,
    source: reporter === 'source' ? ownParty(text, 'source') : callerOf(text('source.node_cluster')),
    destination: reporter === 'destination' ? ownParty(text, 'destination') : calleeOf(text),
    atMs,
    status: wholeOf(text('http.response.status_code')),
    flags: readFlags(text('response_flags')),
    details,
    decidedBy: decidedBy(text),
    durationMs: durationOf(text),
    traceId: Buffer.from(log.traceId).toString('hex'),
    text,
  }
}

/** An Envoy says which rule denied, which route carried the fault, and what the rate limit service has told it. */
function decidedBy(text: Line['text']): string {
  const denied = /^rbac_access_denied_matched_policy\[(.*)\]$/.exec(text('response_code_details'))?.[1]
  if (denied !== undefined) return denied
  const flags = text('response_flags').split(',')
  if (flags.includes('RL')) return text('limited_by').replace(/^"|"$/g, '')
  const isFault = flags.includes('FI') || flags.includes('DI')
  return (isFault && /^FaultInjection\/[^/]+\/[^/]+(?=\/)/.exec(text('route_name'))?.[0]) || ''
}

/** Rules that let a request pass an Envoy does not name, nor limits that did. */
function metBy({ text, decidedBy: rule }: Line): MetPolicy[] {
  const names = [policyOf('route', text('route_name')), policyOf('cluster', text('cluster')), policyOf('rule', rule)]
  return names.filter((policy) => policy !== undefined).map((policy) => ({ policy, requests: 1 }))
}

const nobody: Party = { workload: 'unknown', namespace: 'unknown', service: 'unknown', version: '' }

function ownParty(text: Line['text'], side: 'source' | 'destination'): Party {
  return {
    workload: text(`${side}.workload`) || 'unknown',
    namespace: readName(text(`${side}.namespace`)),
    service: readName(text(`${side}.service`)),
    version: readVersion(text(`${side}.version`)),
  }
}

/** "web.shop", as the caller's sidecar names itself; unverified, so it labels and never decides. */
function callerOf(nodeCluster: string): Party {
  const [, service, namespace] = /^([a-z0-9-]{1,63})\.([a-z0-9-]{1,63})$/.exec(nodeCluster) ?? []
  if (service === undefined || namespace === undefined) return nobody
  return { workload: service, namespace, service, version: '' }
}

/** The endpoint says who it is ("payments-v1;shop;payments;v1;"); without one, the cluster names the service. */
function calleeOf(text: Line['text']): Party {
  const [workload = '', namespace = '', service = '', version = ''] = text('destination.endpoint')
    .replace(/^"|"$/g, '')
    .split(';')
  if (service !== '')
    return { workload, namespace: readName(namespace), service: readName(service), version: readVersion(version) }
  const [, name, space] = /^outbound\|\d+\|\|([^.]+)\.([^.]+)\.svc\./.exec(text('cluster')) ?? []
  if (name === undefined || space === undefined) return nobody
  return { ...nobody, namespace: readName(space), service: readName(name) }
}

/** Not every workload has one. */
function readVersion(text: string): string {
  return text === '' ? '' : readName(text)
}

function durationOf(text: Line['text']): number {
  const fine = text('duration_us')
  const ms = fine === '' ? Number(text('duration_ms')) : Number(fine) / 1000
  return Number.isFinite(ms) && ms >= 0 ? ms : 0
}

function wholeOf(text: string): number {
  return /^\d{1,5}$/.test(text) ? Number(text) : 0
}

function isUnusual({ status, flags }: Line): boolean {
  return status === 0 || status >= 500 || status === 403 || flags !== ''
}

function toObservation(line: Line, proxyId: string, revision: number | undefined): RequestObservation {
  const durations = new Array<number>(bucketCount).fill(0)
  durations[bucketOf(line.durationMs)] = 1
  const grpcStatus = line.text('grpc_status')
  return {
    proxyId,
    reporter: line.reporter,
    source: line.source,
    destination: line.destination,
    protocol: line.text('header.content-type').startsWith('application/grpc') ? 'grpc' : 'http',
    status: line.status,
    grpcStatus: /^\d{1,2}$/.test(grpcStatus) ? Number(grpcStatus) : undefined,
    flags: line.flags,
    revision,
    matchedPolicy: line.decidedBy,
    requests: 1,
    durations,
    durationSumMs: line.durationMs,
  }
}

function toRecord(
  line: Line,
  own: { readonly proxyId: string; readonly revision: number | undefined; readonly ratio: number },
): RequestRecord {
  const { text, source, destination } = line
  const headers = recordedHeaders.flatMap((name) => {
    const value = text(`header.${name}`)
    return value === '' ? [] : [[name, value] as const]
  })
  return {
    at: new Date(line.atMs).toISOString(),
    reporter: line.reporter,
    proxyId: own.proxyId,
    source: {
      workload: source.workload,
      namespace: source.namespace,
      service: source.service,
      principal: '',
      address: text('source.address'),
    },
    destination: {
      workload: destination.workload,
      namespace: destination.namespace,
      service: destination.service,
      address: text('destination.address'),
      port: wholeOf(text('destination.port')),
    },
    method: text('http.request.method'),
    path: text('url.path'),
    query: '',
    host: text('http.host'),
    headers: Object.fromEntries(headers),
    status: line.status,
    flags: line.flags,
    details: line.details,
    durationMs: line.durationMs,
    routeName: text('route_name'),
    matchedPolicy: line.decidedBy === 'none' ? '' : line.decidedBy,
    cluster: text('cluster'),
    ...(own.revision === undefined ? {} : { revision: own.revision }),
    traceId: line.traceId,
    sampleRatio: own.ratio,
  }
}
