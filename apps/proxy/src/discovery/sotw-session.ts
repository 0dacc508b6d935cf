import { createHash } from 'node:crypto'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import type { Any } from '@bufbuild/protobuf/wkt'
import {
  type DiscoveryRequest,
  DiscoveryRequestSchema,
  DiscoveryResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import type { ResourceKind } from '../config/build-config.ts'
import { type Held, type HeldResources, kindOf, namedKinds, nameOf, typeUrlOf } from '../resources/held-resources.ts'
import { ResourceReading, wrapped } from '../resources/read-resource.ts'
import type { SessionOptions, Update, XdsSession } from './xds-session.ts'

/** The version of each kind that was last taken whole. Outlives a stream: the next one opens with it. */
export type TakenVersions = Map<ResourceKind, string>

/**
 * State of the world: every request carries all the names that are wanted, and a response with clusters or listeners is
 * everything there is, so what it leaves out is gone. Endpoints and routes may come a few at a time and go with what
 * names them. Rules: xDS transport protocol, "ACK/NACK and resource type instance version", "Deleting resources".
 */
export class SotwSession implements XdsSession {
  private readonly options: SessionOptions
  private readonly versions: TakenVersions
  private readonly nonces = new Map<ResourceKind, string>()
  /** By what was said last; clusters and listeners are wanted all, which an empty list says. */
  private readonly asked: Record<ResourceKind, readonly string[]> = {
    cluster: [],
    listener: [],
    assignment: [],
    route: [],
    secret: [],
    runtime: [],
  }
  private isFirst = true

  constructor(options: SessionOptions, versions: TakenVersions) {
    this.options = options
    this.versions = versions
  }

  open(held: HeldResources): Uint8Array[] {
    return [...this.options.scope.lists.map((kind) => this.request(kind)), ...this.subscribe(held)]
  }

  subscribe(held: HeldResources): Uint8Array[] {
    const wanted = this.options.scope.names(held)
    return namedKinds.flatMap((kind) => {
      const names = [...wanted[kind]].sort()
      const before = this.asked[kind]
      if (names.length === before.length && names.every((name, index) => name === before[index])) return []
      this.asked[kind] = names
      return [this.request(kind)]
    })
  }

  *read(bytes: Uint8Array, held: HeldResources): Generator<undefined, Update | undefined> {
    const message = fromBinary(DiscoveryResponseSchema, bytes)
    const kind = kindOf(message.typeUrl)
    if (kind === undefined || !this.options.scope.takes(kind)) return undefined
    const reading = new ResourceReading(kind)
    let hasHeartbeat = false
    for (const [index, any] of message.resources.entries()) {
      reading.take(`resource ${index + 1} of ${message.resources.length}`, () => {
        if (!readOne(reading, kind, any, held)) hasHeartbeat = true
      })
      yield
    }
    const { changed, present, unreadable, ttlsMs } = reading
    const isWhole = kind === 'cluster' || kind === 'listener'
    // Bytes that cannot be read have no name: any of ours may be the one that they were to replace. And what only prolongs
    // some resources says nothing of the others.
    const isCertain = unreadable.length === 0 && !hasHeartbeat
    const removed = isWhole && isCertain ? [...held[kind].keys()].filter((name) => !present.has(name)) : []
    this.nonces.set(kind, message.nonce)
    return { kind, nonce: message.nonce, version: message.versionInfo, changed, removed, unreadable, ttlsMs }
  }

  ack({ kind, version }: Update): Uint8Array {
    this.versions.set(kind, version)
    return this.request(kind)
  }

  /** With the version that was taken before, and the refused response's nonce. */
  nack({ kind }: Update, reason: string): Uint8Array {
    return this.request(kind, reason)
  }

  private request(kind: ResourceKind, error?: string): Uint8Array {
    const request: DiscoveryRequest = create(DiscoveryRequestSchema, {
      typeUrl: typeUrlOf[kind],
      versionInfo: this.versions.get(kind) ?? '',
      responseNonce: this.nonces.get(kind) ?? '',
      resourceNames: [...this.asked[kind]],
    })
    if (this.isFirst || !this.options.isNodeSaidOnce) request.node = this.options.node
    this.isFirst = false
    // INVALID_ARGUMENT
    if (error !== undefined)
      request.errorDetail = { $typeName: 'google.rpc.Status', code: 3, message: error, details: [] }
    return toBinary(DiscoveryRequestSchema, request)
  }
}

/** False: a heartbeat, which prolongs a resource that we have. */
function readOne(reading: ResourceReading, kind: ResourceKind, any: Any, held: HeldResources): boolean {
  const wrapper = wrapped(any)
  if (wrapper !== undefined && wrapper.resource === undefined) {
    reading.addTtl(wrapper.name, wrapper)
    return false
  }
  const inner = wrapper?.resource ?? any
  const version = versionOf(inner.value)
  // What is the same as before stays the same object, and is not decoded and compiled again.
  const known = leadingHeld(kind, inner, version, held)
  const one = known ?? reading.decode(inner, version)
  const name = nameOf(kind, one)
  reading.add(name, one, held[kind].get(name)?.version !== version)
  if (wrapper !== undefined) reading.addTtl(name, wrapper)
  return true
}

/** There is no version of one resource in this form; a hash of its bytes says as much, and is what the server has. */
function versionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 24)
}

/** The one that is held, found without decoding: each kind has its name in field 1, and nearly everybody writes that first. */
function leadingHeld(
  kind: ResourceKind,
  { typeUrl, value }: Any,
  version: string,
  held: HeldResources,
): Held | undefined {
  if (typeUrl !== typeUrlOf[kind] || value.length === 0) return undefined
  const reader = new BinaryReader(value)
  const [field, type] = reader.tag()
  const one = field === 1 && type === WireType.LengthDelimited ? held[kind].get(reader.string()) : undefined
  return one?.version === version ? one : undefined
}
