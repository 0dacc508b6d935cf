import { fromBinary } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import {
  type DiscoveryResponse,
  ResourceSchema,
} from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import { decodeHeld, type Held, type HeldResources, kindOf, nameOf } from '../resources/held-resources.ts'
import type { WantedFile } from '../resources/wanted-names.ts'
import type { Update } from './xds-session.ts'

/**
 * What a file says, as an update: all clusters or listeners that there are, or the one resource that is wanted; undefined when
 * that one is not in it. Throws when it holds something else.
 */
export function fileUpdate(
  { versionInfo: version, resources }: DiscoveryResponse,
  wanted: WantedFile,
  key: string,
  held: HeldResources,
): Update | undefined {
  const all = resources.map((resource, index) => decodeOne(wanted.of, resource, index, version))
  const update = { kind: wanted.of, nonce: '', version, removed: [], unreadable: [], ttlsMs: new Map() }
  if (!('name' in wanted)) return { ...update, ...listOf(wanted.of, all, held) }
  const [one] = all
  if (one === undefined) return undefined
  if (all.length > 1) throw new Error(`has ${all.length} resources where one is wanted`)
  const name = nameOf(wanted.of, one)
  if (name !== wanted.name) throw new Error(`has "${name}" where "${wanted.name}" is wanted`)
  return { ...update, changed: new Map([[key, sameMessage(one, held[wanted.of].get(key))]]) }
}

function decodeOne(kind: WantedFile['of'], resource: Any, index: number, version: string): Held {
  const { typeUrl, value } = resource.typeUrl.endsWith(ResourceSchema.typeName)
    ? (fromBinary(ResourceSchema, resource.value).resource ?? resource)
    : resource
  if (kindOf(typeUrl) !== kind) throw new Error(`resources[${index}]: ${typeUrl} where a ${kind} is wanted`)
  return decodeHeld(kind, version, value)
}

function listOf(
  kind: 'cluster' | 'listener',
  all: readonly Held[],
  held: HeldResources,
): Pick<Update, 'changed' | 'removed' | 'unreadable'> {
  const changed = new Map<string, Held>()
  const unreadable: { name: string; reason: string }[] = []
  for (const one of all) {
    const name = nameOf(kind, one)
    if (changed.has(name)) unreadable.push({ name, reason: 'is there twice' })
    else changed.set(name, sameMessage(one, held[kind].get(name)))
  }
  return { changed, unreadable, removed: [...held[kind].keys()].filter((name) => !changed.has(name)) }
}

/** What says the same stays the same object, and is not decoded and compiled again. */
function sameMessage(next: Held, before: Held | undefined): Held {
  if (before === undefined || Buffer.compare(next.bytes, before.bytes) !== 0) return next
  return { ...before, version: next.version }
}
