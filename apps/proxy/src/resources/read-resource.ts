import { fromBinary } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import { durationMs } from '@heddle/engine/duration-ms'
import { type Resource, ResourceSchema } from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import type { ResourceKind } from '../config/build-config.ts'
import { decodeHeld, type Held, typeUrlOf } from './held-resources.ts'

/** Takes a response apart, resource by resource: what can be read, what cannot, and what may stay for a while only. */
export class ResourceReading {
  readonly changed = new Map<string, Held>()
  /** All names that were there. */
  readonly present = new Set<string>()
  readonly unreadable: { name: string; reason: string }[] = []
  readonly ttlsMs = new Map<string, number>()
  private readonly kind: ResourceKind

  constructor(kind: ResourceKind) {
    this.kind = kind
  }

  /** `label` is what the resource is called before its name is known. `read` keeps what it has made of the bytes. */
  take(label: string, read: () => void): void {
    try {
      read()
    } catch (error) {
      this.unreadable.push({ name: label, reason: error instanceof Error ? error.message : String(error) })
    }
  }

  /** Throws when the resource is of another type than the response, or no message of its own. */
  decode({ typeUrl, value }: Any, version: string): Held {
    if (typeUrl !== typeUrlOf[this.kind]) throw new Error(`is a ${typeUrl} in a response of ${typeUrlOf[this.kind]}`)
    return decodeHeld(this.kind, version, value)
  }

  add(name: string, held: Held, isNew: boolean): void {
    if (this.present.has(name)) {
      // Envoy takes none of two with one name.
      this.changed.delete(name)
      throw new Error('is there twice')
    }
    this.present.add(name)
    if (isNew) this.changed.set(name, held)
  }

  addTtl(name: string, { ttl }: Resource): void {
    const ttlMs = durationMs(ttl)
    if (ttlMs !== undefined && name !== '') this.ttlsMs.set(name, ttlMs)
  }
}

/** The wrapper in which a resource may come, where a response has no room for its name and time. */
export function wrapped(resource: Any): Resource | undefined {
  return resource.typeUrl.endsWith(`/${ResourceSchema.typeName}`)
    ? fromBinary(ResourceSchema, resource.value)
    : undefined
}
