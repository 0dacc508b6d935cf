import { create } from '@bufbuild/protobuf'
import { type Node, NodeSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { Bootstrap } from '../bootstrap/bootstrap.ts'
import type { Wanted } from '../resources/wanted-names.ts'
import { version } from '../version.ts'
import type { AdsClient } from './ads-client.ts'
import type { ControlChannels } from './control-channels.ts'
import type { DiscoveryCounts } from './discovery-counts.ts'
import type { ResourceIntake } from './resource-intake.ts'
import type { StreamSubscription } from './stream-subscription.ts'
import type { StreamSubscriptions } from './stream-subscriptions.ts'

/** Whoever speaks with control planes. A proxy that follows files need not hold the code for it: it is loaded when it is needed. */
export class ControlClients implements Disposable {
  private readonly bootstrap: Bootstrap
  private readonly node: Node
  private channels: ControlChannels | undefined
  private ads: AdsClient | undefined
  private subscriptions: StreamSubscriptions | undefined
  private wanted: Pick<Wanted, 'streams'>
  private loading: Promise<void> | undefined
  private isStopped = false

  constructor(bootstrap: Bootstrap) {
    this.bootstrap = bootstrap
    this.wanted = bootstrap.wants
    this.node = create(NodeSchema, {
      ...bootstrap.node,
      userAgentName: 'heddle',
      userAgentVersionType: { case: 'userAgentVersion', value: version },
    })
  }

  [Symbol.dispose](): void {
    this.isStopped = true
    this.ads?.[Symbol.dispose]()
    this.subscriptions?.[Symbol.dispose]()
  }

  /** Of ADS. */
  get counts(): DiscoveryCounts | undefined {
    return this.ads?.counts
  }

  streams(): readonly StreamSubscription[] {
    return this.subscriptions?.all() ?? []
  }

  async begin(intake: ResourceIntake): Promise<void> {
    const { ads, wants } = this.bootstrap
    if (ads !== undefined) {
      const { AdsClient } = await import('./ads-client.ts')
      const channels = await this.sharedChannels()
      this.ads = new AdsClient({ ads, node: this.node, wants, intake, channels })
    }
    await this.follow(this.wanted, intake)
  }

  /** Opens and ends streams, so that those that are wanted are there. */
  follow(wanted: Pick<Wanted, 'streams'>, intake: ResourceIntake): Promise<void> {
    this.wanted = wanted
    if (this.subscriptions !== undefined) this.subscriptions.follow(wanted)
    else if (wanted.streams.size > 0) this.loading ??= this.load(intake)
    return this.loading ?? Promise.resolve()
  }

  private async load(intake: ResourceIntake): Promise<void> {
    const { StreamSubscriptions } = await import('./stream-subscriptions.ts')
    const channels = await this.sharedChannels()
    if (this.isStopped) return
    const parts = { node: this.node, intake, channels }
    this.subscriptions = new StreamSubscriptions(this.bootstrap.controlPlanes, parts)
    // Something else may have come to be wanted meanwhile.
    this.subscriptions.follow(this.wanted)
  }

  private async sharedChannels(): Promise<ControlChannels> {
    const { ControlChannels } = await import('./control-channels.ts')
    this.channels ??= new ControlChannels(this.bootstrap.config.secrets)
    return this.channels
  }
}
