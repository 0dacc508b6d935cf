import { create, toBinary } from '@bufbuild/protobuf'
import type { Cluster } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import type { Listener } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { type BuildOptions, buildConfig } from '../config/build-config.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import type { FixedWants } from '../resources/fixed-wants.ts'
import { type Held, type HeldResources, messagesOf } from '../resources/held-resources.ts'
import { onlyWanted } from '../resources/only-wanted.ts'
import { addCluster, addListener, missingSource, nothingWanted, type Wanted } from '../resources/wanted-names.ts'
import type { Update } from './xds-session.ts'

export type Taken = {
  readonly held: HeldResources
  readonly config: ProxyConfig
  /** Why it is refused; undefined when all of it was taken. */
  readonly nack: string | undefined
}

/**
 * Takes a response in. A resource that cannot be read or decoded is refused whole: the last good one of that name keeps
 * its place, and the good ones of the response are taken.
 */
export function takeUpdate(
  before: HeldResources,
  update: Update,
  options: BuildOptions & { readonly fixed?: Wanted & Partial<Pick<FixedWants, 'reachable'>> },
): Taken {
  const { kind, isExpired = false } = update
  const next = new Map<string, Held>(before[kind])
  for (const name of update.removed) {
    // Secrets and routes that are taken away go on serving until others take their place, or nothing names them.
    if (kind === 'secret' || kind === 'route') continue
    if (kind !== 'assignment') next.delete(name)
    // Likewise endpoints, as in Envoy, unless their own time is over; they go with their cluster. Those that were asked for and are
    // not there are a cluster without endpoints, which is an answer, and not one to wait for.
    else if (isExpired || !next.has(name)) next.set(name, emptyAssignment(name))
  }
  const missing = missingSources(update, options.fixed?.reachable)
  for (const [name, held] of update.changed) if (!missing.has(name)) next.set(name, held)
  let held = onlyWanted({ ...before, [kind]: next } as HeldResources, options.fixed) // the kind decides the message type
  let built = buildConfig(messagesOf(held), options)
  const refused = built.rejected.filter((each) => each.kind === kind && update.changed.has(each.name))
  if (refused.length > 0) {
    const kept = new Map<string, Held>(next)
    for (const { name } of refused) {
      const good = before[kind].get(name)
      if (good === undefined) kept.delete(name)
      else kept.set(name, good)
    }
    held = onlyWanted({ ...before, [kind]: kept } as HeldResources, options.fixed) // likewise
    built = buildConfig(messagesOf(held), options)
  }
  const reasons = [...update.unreadable, ...missing.values(), ...refused].map(
    ({ name, reason }) => `${name}: ${reason}`,
  )
  return { held, config: built.config, nack: reasons.length > 0 ? reasons.join('; ') : undefined }
}

/** Resources that name a source which is not there, by their name. */
function missingSources(
  { kind, changed }: Update,
  reachable: ReadonlySet<string> | undefined,
): ReadonlyMap<string, { name: string; reason: string }> {
  const missing = new Map<string, { name: string; reason: string }>()
  if (kind !== 'cluster' && kind !== 'listener') return missing
  for (const [name, { message }] of changed) {
    const wanted = nothingWanted()
    if (kind === 'cluster')
      addCluster(wanted, message as Cluster) // the kind decides the message type
    else addListener(wanted, message as Listener)
    const reason = missingSource(wanted, reachable)
    if (reason !== undefined) missing.set(name, { name, reason })
  }
  return missing
}

function emptyAssignment(clusterName: string): Held {
  const message = create(ClusterLoadAssignmentSchema, { clusterName })
  return { version: '', bytes: toBinary(ClusterLoadAssignmentSchema, message), message }
}
