import type { Node } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { AdsSource } from '../bootstrap/bootstrap.ts'
import type { FixedWants } from '../resources/fixed-wants.ts'
import type { ControlChannels } from './control-channels.ts'
import { DeltaSession } from './delta-session.ts'
import { type DiscoveryCounts, newDiscoveryCounts } from './discovery-counts.ts'
import type { ResourceIntake } from './resource-intake.ts'
import { SotwSession, type TakenVersions } from './sotw-session.ts'
import { adsScope } from './stream-scope.ts'
import type { Update } from './xds-session.ts'
import { XdsStream } from './xds-stream.ts'

export type AdsClientOptions = {
  readonly ads: AdsSource
  readonly node: Node
  readonly wants: FixedWants
  readonly intake: ResourceIntake
  readonly channels: ControlChannels
  readonly random?: () => number
}

const service = '/envoy.service.discovery.v3.AggregatedDiscoveryService'

/** Follows the control plane over ADS: everything that is wanted of it, on one stream. */
export class AdsClient implements Disposable {
  private readonly tallies = newDiscoveryCounts()
  private readonly stream: XdsStream

  constructor({ ads, node, wants, intake, channels, random }: AdsClientOptions) {
    const options = { node, scope: adsScope(wants), isNodeSaidOnce: ads.isNodeSaidOnce }
    const versions: TakenVersions = new Map()
    const isDelta = ads.apiType === 'DELTA_GRPC'
    this.stream = new XdsStream({
      source: ads,
      plane: ads,
      channels,
      path: `${service}/${isDelta ? 'Delta' : 'Stream'}AggregatedResources`,
      newSession: () => (isDelta ? new DeltaSession(options) : new SotwSession(options, versions)),
      held: () => intake.held(),
      inTurn: (task) => intake.inTurn(task),
      take: (update) => this.take(update, intake),
      ...(random === undefined ? {} : { random }),
    })
    this.stream.connect()
  }

  [Symbol.dispose](): void {
    this.stream[Symbol.dispose]()
  }

  get counts(): DiscoveryCounts {
    return { ...this.tallies, isConnected: this.stream.isConnected, requests: this.stream.requestCounts }
  }

  private async take(update: Update, intake: ResourceIntake): Promise<string | undefined> {
    const counts = this.tallies[update.kind]
    counts.attempts++
    const refusal = await intake.take(update)
    if (refusal === undefined) counts.successes++
    else counts.rejected++
    return refusal
  }
}
