import { createHash } from 'node:crypto'
import type { Stage } from '@heddle/shared/api/rollouts'

/** A proxy that can be put into a stage. */
export type Candidate = { readonly proxyId: string; readonly namespace: string; readonly service: string }

/**
 * Divides the proxies among the stages: the index of the first stage that each one belongs to; it stays for all later.
 *
 * By service, so that a stage has its share of every service, and by a stable hash of proxy and change: the same proxies
 * are not always the first. Ranks and not a threshold on the hash, so that a canary of one is exactly one.
 */
export function divideIntoStages(
  candidates: readonly Candidate[],
  stages: readonly Stage[],
  changeId: string,
): ReadonlyMap<string, number> {
  const services = new Map<string, Candidate[]>()
  for (const candidate of candidates) {
    const key = `${candidate.namespace}/${candidate.service}`
    services.set(key, [...(services.get(key) ?? []), candidate])
  }
  const stageByProxy = new Map<string, number>()
  for (const members of services.values()) {
    const ids = members.map(({ proxyId }) => proxyId).sort((a, b) => byHash(a, b, changeId))
    const sizes = stageSizes(stages, ids.length)
    for (const [rank, id] of ids.entries()) {
      stageByProxy.set(
        id,
        sizes.findIndex((size) => rank < size),
      )
    }
  }
  return stageByProxy
}

/** The stage of a proxy that appears while the rollout runs. It joins a share, never the canaries: those are watched. */
export function stageOfNewcomer(proxyId: string, stages: readonly Stage[], changeId: string): number {
  const place = hashOf(proxyId, changeId) * 100
  const index = stages.findIndex(({ target }) => target.kind === 'percent' && place < target.percent)
  return index === -1 ? stages.length - 1 : index
}

/** How many of a service's proxies have the revision after each stage: never fewer than before, all after the last. */
function stageSizes(stages: readonly Stage[], all: number): number[] {
  let size = 0
  return stages.map(({ target }, index) => {
    // At least one: a share of a small service is still a share.
    const wanted = target.kind === 'per-service' ? target.proxies : Math.ceil((all * target.percent) / 100)
    size = index === stages.length - 1 ? all : Math.min(all, Math.max(size, wanted))
    return size
  })
}

function byHash(a: string, b: string, changeId: string): number {
  return hashOf(a, changeId) - hashOf(b, changeId) || (a < b ? -1 : 1)
}

/** From 0 to 1, evenly spread. */
function hashOf(proxyId: string, changeId: string): number {
  return createHash('sha256').update(`${proxyId}\n${changeId}`).digest().readUInt32BE(0) / 2 ** 32
}
