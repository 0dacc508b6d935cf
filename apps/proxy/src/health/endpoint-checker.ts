import { type HealthRecord, newHealthRecord, nextCheckMs, takeCheckResult } from '@heddle/engine/health/health-record'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import type { HealthCheckConfig } from '../config/health-check-config.ts'
import { pickUpstreamSocket } from '../config/pick-upstream-socket.ts'
import { endpointDial } from '../pool/open-socket.ts'
import type { CheckQueue } from './check-queue.ts'
import { tellHealthEvents, type WriteEvent } from './health-events.ts'
import type { ProbeResult } from './probe-result.ts'
import type { ProbeTarget } from './probe-target.ts'

/** Asks one endpoint again and again, and tells its cluster what it is worth. */
export class EndpointChecker implements Disposable {
  readonly record: HealthRecord = newHealthRecord()
  /** Resolves with the first result, or when it is stopped. */
  readonly first: Promise<void>
  private readonly queue: CheckQueue
  private readonly cluster: ClusterState
  private readonly endpoint: EndpointState
  private readonly config: HealthCheckConfig
  private readonly random: () => number
  private readonly write: WriteEvent
  private timer: NodeJS.Timeout | undefined
  private abort = new AbortController()
  private isStopped = false
  private told: () => void = () => undefined

  constructor(
    cluster: ClusterState,
    endpoint: EndpointState,
    config: HealthCheckConfig,
    queue: CheckQueue,
    random: () => number,
    write: WriteEvent,
  ) {
    this.write = write
    this.queue = queue
    this.cluster = cluster
    this.endpoint = endpoint
    this.config = config
    this.random = random
    this.first = new Promise((resolve) => {
      this.told = resolve
    })
    this.wait(config.initialJitterMs * random())
  }

  [Symbol.dispose](): void {
    this.isStopped = true
    clearTimeout(this.timer)
    // With a reason at hand: to make the usual error takes longer than to end the check.
    this.abort.abort('stopped')
    this.told()
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => this.queue.add(this.begin), ms)
    this.timer.unref()
  }

  private readonly begin = () => {
    if (!this.isStopped) void this.check()
  }

  private async check(): Promise<void> {
    const { cluster, endpoint, config } = this
    this.abort = new AbortController()
    // Loaded with the first check: most clusters have none.
    const { probe } = await import('./probe.ts')
    const limit = setTimeout(() => this.abort.abort('late'), config.timeoutMs)
    const { result: told, status } = await probe(config.probe, targetOf(cluster, endpoint), this.abort.signal)
    clearTimeout(limit)
    if (this.isStopped) return
    if (told === 'silence') cluster.totals.checksUnanswered++
    endpoint.isCheckLate = told === 'silence' && this.abort.signal.aborted
    const result = told === 'silence' ? 'failure' : told
    cluster.totals.checks++
    if (result === 'failure' || result === 'refusal') cluster.totals.checksFailed++
    else cluster.totals.checksPassed++
    const before = { ...this.record }
    const change = takeCheckResult(config, this.record, result)
    cluster.takeCheck(endpoint, this.record)
    this.tellEvents(told, status, before)
    this.told()
    // Discovery had taken it away before, and now it has failed.
    if (!cluster.isMember(endpoint)) return
    this.wait(nextCheckMs(config, result, change, cluster.totals.requests > 0, this.random()))
  }

  private tellEvents(told: ProbeResult, status: number, before: HealthRecord): void {
    const { cluster, endpoint, config } = this
    if (config.events === undefined) return
    const failure = told !== 'silence' ? 'ACTIVE' : endpoint.isCheckLate ? 'NETWORK_TIMEOUT' : 'NETWORK'
    const said = { isGood: told === 'success' || told === 'degraded', failure, status } as const
    const about = { cluster: cluster.config.name, kind: config.probe.kind, endpoint: endpoint.config }
    tellHealthEvents(config.events, said, before, this.record, about, this.write)
  }
}

/** An endpoint may be asked elsewhere than it is sent requests. */
function targetOf({ config }: ClusterState, { config: endpoint, socket }: EndpointState): ProbeTarget {
  const criteria = config.healthCheck?.socketCriteria
  const asked = criteria === undefined ? socket : pickUpstreamSocket(config, endpoint, criteria)
  const { port, address: own, hostname } = endpoint.healthCheck
  const address = own ?? endpoint.address
  return {
    address: port === undefined || address.kind === 'unix' ? address : { ...address, port },
    dial: endpointDial(config, asked, undefined),
    clusterName: config.name,
    hostname,
  }
}
