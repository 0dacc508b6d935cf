import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import type { AskedDescription } from '@heddle/engine/limit/rate-limit-rule'
import type { RateLimitService } from '@heddle/engine/limit/rate-limit-service'
import {
  RateLimitRequestSchema,
  type RateLimitResponse,
  RateLimitResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import type { ClusterState } from '../cluster/cluster-state.ts'
import { ServiceChannels } from './service-channels.ts'

const method = '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit'

/** Asks rate limit services (`envoy.service.ratelimit.v3`), over one connection to each of their endpoints. */
export class RateLimitClient implements Disposable {
  private readonly channels = new ServiceChannels()

  /** Undefined: no answer in time, or none that can be read. */
  async ask(
    cluster: ClusterState | undefined,
    { timeoutMs }: RateLimitService,
    domain: string,
    descriptions: readonly AskedDescription[],
  ): Promise<RateLimitResponse | undefined> {
    const channel = this.channels.to(cluster)
    if (channel === undefined) return undefined
    const request = create(RateLimitRequestSchema, {
      domain,
      descriptors: descriptions.map(({ entries, rule, hits }) => ({
        entries: entries.map(({ key, value }) => ({ key, value })),
        ...(rule?.override === undefined ? {} : { limit: rule.override }),
        ...(hits === undefined ? {} : { hitsAddend: BigInt(hits), isNegativeHits: rule?.hits?.isNegative === true }),
      })),
    })
    const { answer } = await channel.unary(method, toBinary(RateLimitRequestSchema, request), {
      ...(Number.isFinite(timeoutMs) && { timeoutMs }),
    })
    try {
      return answer && fromBinary(RateLimitResponseSchema, answer)
    } catch {
      return undefined
    }
  }

  closeStale(socketKeyOf: (cluster: string, endpoint: string) => string | undefined): void {
    this.channels.closeStale(socketKeyOf)
  }

  [Symbol.dispose](): void {
    this.channels[Symbol.dispose]()
  }
}
