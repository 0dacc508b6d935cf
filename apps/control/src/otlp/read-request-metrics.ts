import type {
  ExportMetricsRequest,
  HistogramDataPoint,
  Metric,
  NumberDataPoint,
} from '@heddle/shared/otlp/generated/heddle/otlp/v1/otlp_pb'
import { toOurBuckets } from '../signals/duration-histogram.ts'
import { type MetPolicy, policyOf } from '../signals/policy-hits.ts'
import type { RequestObservation } from '../signals/request-observation.ts'
import type { GaugeName } from '../signals/signal-store.ts'
import type { CumulativePoints } from './cumulative-points.ts'
import { type Attributes, readAttributes } from './read-attributes.ts'
import { readFlags } from './read-flags.ts'
import { readName } from './read-name.ts'

/** What one proxy's metrics say. */
export type ProxyReport = {
  readonly proxyId: string
  readonly observations: readonly RequestObservation[]
  /** What of their configuration the requests met. */
  readonly met: readonly MetPolicy[]
  readonly gauges: readonly { readonly name: GaugeName; readonly value: number }[]
  /** Epoch seconds of the newest point; undefined when there was none. */
  readonly at: number | undefined
}

const cumulative = 2
/** More points than this in one request are not read. */
const pointsMax = 50_000
/** Istio's histograms have twenty. */
const bucketsMax = 200

const gaugeNames: Readonly<Record<string, GaugeName>> = {
  heddle_requests_in_flight: 'in_flight',
  heddle_upstream_connections: 'connections',
  heddle_upstream_pending: 'pending',
  process_resident_memory_bytes: 'resident_bytes',
}

/** What a policy counts: requests that met a route, a rule, a cluster or a limit. */
const policyCounter = 'heddle_policy_requests_total'
/** What an edge counts: requests, and connections where there are no requests to see. */
const counterNames = new Set(['istio_requests_total', 'istio_tcp_connections_opened_total', policyCounter])

/**
 * Reads Istio's request metrics (istio.io/latest/docs/reference/config/metrics), delta or cumulative, from whoever sends
 * them. Metrics of other names are left alone. Returns what could not be read as `rejected`.
 */
export function readRequestMetrics(
  request: ExportMetricsRequest,
  points: CumulativePoints,
): { readonly reports: readonly ProxyReport[]; readonly rejected: number } {
  let budget = pointsMax
  let rejected = 0
  const reports = request.resourceMetrics.map(({ resource, scopeMetrics }): ProxyReport => {
    const self = readAttributes(resource?.attributes)
    const proxyId = self.get('service.instance.id') ?? self.get('heddle.proxy') ?? ''
    const observations: RequestObservation[] = []
    const met: MetPolicy[] = []
    const gauges = new Map<GaugeName, number>()
    let at: number | undefined
    for (const metric of scopeMetrics.flatMap(({ metrics }) => metrics)) {
      for (const [attributes, point] of readMetric(metric, proxyId, points)) {
        if (--budget < 0 || !isCounted(point)) {
          rejected++
          continue
        }
        at = Math.max(at ?? 0, Number(point.timeNano / 1_000_000_000n))
        const gauge = gaugeNames[metric.name]
        if (gauge !== undefined) gauges.set(gauge, (gauges.get(gauge) ?? 0) + point.value)
        else if (metric.name === policyCounter) {
          const policy = policyOf(attributes.get('kind') ?? '', attributes.get('name') ?? '')
          if (policy !== undefined) met.push({ policy, requests: point.value })
        } else if (point.value > 0 || point.durations !== undefined) {
          const observation = toObservation(proxyId, attributes, point)
          if (observation === undefined) rejected++
          else observations.push(observation)
        }
      }
    }
    return { proxyId, observations, met, gauges: [...gauges].map(([name, value]) => ({ name, value })), at }
  })
  return { reports, rejected }
}

type Point = {
  readonly timeNano: bigint
  /** Requests, or the gauge's value; 0 for a histogram, whose requests the counter counts. */
  readonly value: number
  readonly durations?: readonly number[]
  readonly durationSumMs: number
}

const unreadable: Point = { timeNano: 0n, value: Number.NaN, durationSumMs: 0 }

function* readMetric(
  metric: Metric,
  proxyId: string,
  points: CumulativePoints,
): Iterable<readonly [Attributes, Point]> {
  const { name, data } = metric
  if (counterNames.has(name) && data.case === 'sum') {
    for (const point of data.value.dataPoints) {
      const [value] =
        delta(points, data.value.aggregationTemporality, seriesOf(proxyId, name, point), [numberOf(point)]) ?? []
      if (value !== undefined)
        yield [readAttributes(point.attributes), { timeNano: point.timeUnixNano, value, durationSumMs: 0 }]
    }
  } else if (name === 'istio_request_duration_milliseconds' && data.case === 'histogram') {
    for (const point of data.value.dataPoints) {
      if (point.bucketCounts.length > bucketsMax) {
        yield [new Map(), unreadable]
        continue
      }
      const values = [...point.bucketCounts.map(Number), point.sum ?? 0]
      const changed = delta(points, data.value.aggregationTemporality, seriesOf(proxyId, name, point), values)
      if (changed === undefined) continue
      const durations = toOurBuckets(changed.slice(0, -1), point.explicitBounds)
      yield [
        readAttributes(point.attributes),
        { timeNano: point.timeUnixNano, value: 0, durations, durationSumMs: changed.at(-1) ?? 0 },
      ]
    }
  } else if (gaugeNames[name] !== undefined && data.case === 'gauge') {
    for (const point of data.value.dataPoints) {
      yield [
        readAttributes(point.attributes),
        { timeNano: point.timeUnixNano, value: numberOf(point), durationSumMs: 0 },
      ]
    }
  }
}

/** Who reports may be broken, or lie: a number below zero, or one that is none, would spoil every sum that it goes into. */
function isCounted({ value, durations = [], durationSumMs }: Point): boolean {
  return [value, durationSumMs, ...durations].every((each) => each >= 0 && each <= Number.MAX_SAFE_INTEGER)
}

function delta(points: CumulativePoints, temporality: number, series: () => string, values: readonly number[]) {
  return temporality === cumulative ? points.difference(series(), values) : values
}

function seriesOf(proxyId: string, name: string, point: NumberDataPoint | HistogramDataPoint): () => string {
  return () =>
    `${proxyId}\n${name}\n${[...readAttributes(point.attributes)].map(([key, value]) => `${key}=${value}`).join('\n')}`
}

function numberOf({ value }: NumberDataPoint): number {
  return value.case === undefined ? 0 : Number(value.value)
}

/** Undefined when the point does not say who called whom. */
function toObservation(proxyId: string, labels: Attributes, point: Point): RequestObservation | undefined {
  const reporter = labels.get('reporter')
  const service = labels.get('destination_service_name') ?? labels.get('destination_canonical_service')
  if ((reporter !== 'source' && reporter !== 'destination') || service === undefined) return undefined
  const protocol = labels.get('request_protocol')
  const version = labels.get('destination_version') ?? labels.get('destination_canonical_revision') ?? ''
  const grpcStatus = integer(labels.get('grpc_response_status'))
  return {
    proxyId,
    reporter,
    source: {
      namespace: readName(labels.get('source_workload_namespace')),
      service: readName(labels.get('source_canonical_service'), labels.get('source_workload')),
    },
    destination: {
      namespace: readName(labels.get('destination_service_namespace'), labels.get('destination_workload_namespace')),
      service: readName(service),
      version: version === '' ? '' : readName(version),
    },
    protocol: protocol === 'grpc' || protocol === 'tcp' ? protocol : 'http',
    status: integer(labels.get('response_code')) ?? 0,
    grpcStatus,
    flags: readFlags(labels.get('response_flags')),
    revision: integer(labels.get('config_revision')),
    matchedPolicy: labels.get('matched_policy'),
    requests: point.value,
    durations: point.durations,
    durationSumMs: point.durationSumMs,
  }
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
