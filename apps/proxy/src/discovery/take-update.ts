import { create, toBinary } from '@bufbuild/protobuf'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { type BuildOptions, buildConfig } from '../config/build-config.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import type { Update } from './ads-session.ts'
import { type Held, type HeldResources, messagesOf } from './held-resources.ts'
import { onlyWanted } from './only-wanted.ts'

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
  options: BuildOptions & { readonly fixedSecrets?: ReadonlySet<string> },
): Taken {
  const { kind } = update
  const next = new Map<string, Held>(before[kind])
  for (const name of update.removed) {
    // A secret that is taken away goes on serving until another takes its place, or nothing names it.
    if (kind === 'secret') continue
    next.delete(name)
    // Asked for and not there: a cluster without endpoints, which is an answer, and not one to wait for.
    if (kind === 'assignment') next.set(name, emptyAssignment(name))
  }
  for (const [name, held] of update.changed) next.set(name, held)
  let held = onlyWanted({ ...before, [kind]: next } as HeldResources, options.fixedSecrets) // the kind decides the message type
  let built = buildConfig(messagesOf(held), options)
  const refused = built.rejected.filter((each) => each.kind === kind && update.changed.has(each.name))
  if (refused.length > 0) {
    for (const { name } of refused) {
      const good = before[kind].get(name)
      if (good === undefined) next.delete(name)
      else next.set(name, good)
    }
    held = onlyWanted({ ...before, [kind]: next } as HeldResources, options.fixedSecrets) // likewise
    built = buildConfig(messagesOf(held), options)
  }
  const reasons = [...update.unreadable, ...refused].map(({ name, reason }) => `${name}: ${reason}`)
  return { held, config: built.config, nack: reasons.length > 0 ? reasons.join('; ') : undefined }
}

function emptyAssignment(clusterName: string): Held {
  const message = create(ClusterLoadAssignmentSchema, { clusterName })
  return { version: '', bytes: toBinary(ClusterLoadAssignmentSchema, message), message }
}
