import type { Node } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { ControlPlane } from '../bootstrap/control-plane.ts'
import type { ResourceKind } from '../config/build-config.ts'
import type { WantedStream } from '../resources/wanted-names.ts'
import type { ControlChannels } from './control-channels.ts'
import { DeltaSession } from './delta-session.ts'
import { newFileCounts } from './file-counts.ts'
import type { RequestCounts } from './request-queue.ts'
import type { ResourceIntake } from './resource-intake.ts'
import { SotwSession, type TakenVersions } from './sotw-session.ts'
import { ownHeld, ownScope, ownUpdate } from './stream-scope.ts'
import type { Update } from './xds-session.ts'
import { XdsStream } from './xds-stream.ts'

export type StreamParts = {
  readonly node: Node
  readonly intake: ResourceIntake
  readonly channels: ControlChannels
}

const services: Readonly<Record<ResourceKind, readonly [service: string, what: string]>> = {
  cluster: ['envoy.service.cluster.v3.ClusterDiscoveryService', 'Clusters'],
  assignment: ['envoy.service.endpoint.v3.EndpointDiscoveryService', 'Endpoints'],
  listener: ['envoy.service.listener.v3.ListenerDiscoveryService', 'Listeners'],
  route: ['envoy.service.route.v3.RouteDiscoveryService', 'Routes'],
  secret: ['envoy.service.secret.v3.SecretDiscoveryService', 'Secrets'],
  runtime: ['envoy.service.runtime.v3.RuntimeDiscoveryService', 'Runtime'],
}

/**
 * One list or one resource over a stream of its own, as in Envoy: a control plane that is asked for many resources sees as many
 * streams, each with the one name that it will ever ask for.
 */
export class StreamSubscription implements Disposable {
  readonly key: string
  readonly wanted: WantedStream
  readonly counts = newFileCounts()
  private readonly stream: XdsStream

  constructor(key: string, wanted: WantedStream, plane: ControlPlane, { node, intake, channels }: StreamParts) {
    this.key = key
    this.wanted = wanted
    const options = { node, scope: ownScope(wanted), isNodeSaidOnce: wanted.isNodeSaidOnce }
    const versions: TakenVersions = new Map()
    const isDelta = wanted.apiType === 'DELTA_GRPC'
    const [service, what] = services[wanted.of]
    this.stream = new XdsStream({
      source: wanted,
      plane,
      channels,
      path: `/${service}/${isDelta ? 'Delta' : 'Stream'}${what}`,
      label: { of: 'name' in wanted ? `${wanted.of} ${wanted.name}` : `all ${wanted.of}s` },
      newSession: () => (isDelta ? new DeltaSession(options) : new SotwSession(options, versions)),
      held: () => ownHeld(intake.held(), wanted, key),
      inTurn: (task) => intake.inTurn(task),
      take: (update) => this.take(update, intake),
      onFailed: () => {
        this.counts.failures++
        this.counts.attempts++
      },
    })
    this.counts.attempts++
    this.stream.connect()
  }

  [Symbol.dispose](): void {
    this.stream[Symbol.dispose]()
  }

  get isConnected(): boolean {
    return this.stream.isConnected
  }

  get requests(): RequestCounts {
    return this.stream.requestCounts
  }

  private async take(update: Update, intake: ResourceIntake): Promise<string | undefined> {
    const { counts, key, wanted } = this
    const refusal = await intake.take(ownUpdate(update, wanted, key))
    // The next one is awaited, which Envoy counts as an attempt.
    counts.attempts++
    if (refusal !== undefined) {
      counts.rejected++
      return refusal
    }
    counts.successes++
    counts.updatedAtMs = Date.now()
    counts.version = update.version
    return undefined
  }
}
