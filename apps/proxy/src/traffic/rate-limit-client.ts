import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import type { AskedDescription } from '@heddle/engine/limit/rate-limit-rule'
import type { RateLimitService } from '@heddle/engine/limit/rate-limit-service'
import {
  RateLimitRequestSchema,
  type RateLimitResponse,
  RateLimitResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import { nowMs } from '../clock/event-clock.ts'
import type { ClusterState } from '../cluster/cluster-state.ts'
import { GrpcChannel } from '../grpc/grpc-channel.ts'

const method = '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit'

type OpenChannel = {
  readonly channel: GrpcChannel
  readonly cluster: string
  readonly endpoint: string
  readonly socketKey: string
}

/** Asks rate limit services (`envoy.service.ratelimit.v3`), over one connection to each of their endpoints. */
export class RateLimitClient implements Disposable {
  private readonly channels = new Map<string, OpenChannel>()

  /** Undefined: no answer in time, or none that can be read. */
  async ask(
    cluster: ClusterState | undefined,
    { timeoutMs }: RateLimitService,
    domain: string,
    descriptions: readonly AskedDescription[],
  ): Promise<RateLimitResponse | undefined> {
    const endpoint = cluster?.pick(nowMs(), [])
    if (cluster === undefined || endpoint === undefined) return undefined
    const { key, address } = endpoint.config
    const { name, connectTimeoutMs } = cluster.config
    const { tls, socketKey } = endpoint.socket
    // Another cluster may reach the same address in another way, and so may this one from now on.
    const way = `${name} ${key} ${socketKey}`
    let open = this.channels.get(way)
    if (open === undefined) {
      open = { channel: new GrpcChannel(address, { tls, connectTimeoutMs }), cluster: name, endpoint: key, socketKey }
      this.channels.set(way, open)
    }
    const request = create(RateLimitRequestSchema, {
      domain,
      descriptors: descriptions.map(({ entries, rule, hits }) => ({
        entries: entries.map(({ key, value }) => ({ key, value })),
        ...(rule?.override === undefined ? {} : { limit: rule.override }),
        ...(hits === undefined ? {} : { hitsAddend: BigInt(hits), isNegativeHits: rule?.hits?.isNegative === true }),
      })),
    })
    const { answer } = await open.channel.unary(method, toBinary(RateLimitRequestSchema, request), {
      ...(Number.isFinite(timeoutMs) && { timeoutMs }),
    })
    try {
      return answer && fromBinary(RateLimitResponseSchema, answer)
    } catch {
      return undefined
    }
  }

  /** Endpoints come and go; what leads to one that is not there any more, or is reached in another way, is of no use. */
  closeStale(socketKeyOf: (cluster: string, endpoint: string) => string | undefined): void {
    for (const [way, { channel, cluster, endpoint, socketKey }] of this.channels) {
      if (socketKeyOf(cluster, endpoint) === socketKey) continue
      channel.close()
      this.channels.delete(way)
    }
  }

  [Symbol.dispose](): void {
    for (const { channel } of this.channels.values()) channel.close()
  }
}
