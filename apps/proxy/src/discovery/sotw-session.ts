import { createHash } from 'node:crypto'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import type { Node } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import {
  type DiscoveryRequest,
  DiscoveryRequestSchema,
  DiscoveryResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import type { ResourceKind } from '../config/build-config.ts'
import type { AdsSession, Update } from './ads-session.ts'
import { type FixedWants, listKinds } from './fixed-wants.ts'
import { decodeHeld, type Held, type HeldResources, kindOf, namedKinds, nameOf, typeUrlOf } from './held-resources.ts'
import { wantedNames } from './wanted-names.ts'

/** The version of each kind that was last taken whole. Outlives a stream: the next one opens with it. */
export type TakenVersions = Map<ResourceKind, string>

/**
 * State of the world: every request carries all the names that are wanted, and a response with clusters or listeners is
 * everything there is, so what it leaves out is gone. Endpoints and routes may come a few at a time and go with what
 * names them. Rules: xDS transport protocol, "ACK/NACK and resource type instance version", "Deleting resources".
 */
export class SotwSession implements AdsSession {
  private readonly node: Node
  private readonly versions: TakenVersions
  private readonly nonces = new Map<ResourceKind, string>()
  /** By what was said last; clusters and listeners are wanted all, which an empty list says. */
  private readonly asked: Record<ResourceKind, readonly string[]> = {
    cluster: [],
    listener: [],
    assignment: [],
    route: [],
    secret: [],
  }
  private readonly arriving = new Map<Update, string>()
  private isFirst = true
  private readonly fixed: FixedWants | undefined

  /** `fixed` is wanted whatever the control plane sends. */
  constructor(node: Node, versions: TakenVersions, fixed?: FixedWants) {
    this.node = node
    this.fixed = fixed
    this.versions = versions
  }

  open(held: HeldResources): Uint8Array[] {
    return [...(this.fixed?.adsLists ?? listKinds).map((kind) => this.request(kind)), ...this.subscribe(held)]
  }

  subscribe(held: HeldResources): Uint8Array[] {
    const wanted = wantedNames(held, this.fixed).ads
    return namedKinds.flatMap((kind) => {
      const names = [...wanted[kind]].sort()
      const before = this.asked[kind]
      if (names.length === before.length && names.every((name, index) => name === before[index])) return []
      this.asked[kind] = names
      return [this.request(kind)]
    })
  }

  read(bytes: Uint8Array, held: HeldResources): Update | undefined {
    const message = fromBinary(DiscoveryResponseSchema, bytes)
    const kind = kindOf(message.typeUrl)
    if (kind === undefined) return undefined
    const changed = new Map<string, Held>()
    const present = new Set<string>()
    const unreadable: { name: string; reason: string }[] = []
    for (const [index, resource] of message.resources.entries()) {
      try {
        const [name, one] = decodeOne(kind, resource)
        present.add(name)
        // What is the same as before stays the same object, and is not decoded and compiled again.
        if (held[kind].get(name)?.version !== one.version) changed.set(name, one)
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        unreadable.push({ name: `resource ${index + 1} of ${message.resources.length}`, reason })
      }
    }
    const isWhole = kind === 'cluster' || kind === 'listener'
    // Bytes that cannot be read have no name: any of ours may be the one that they were to replace.
    const removed =
      isWhole && unreadable.length === 0 ? [...held[kind].keys()].filter((name) => !present.has(name)) : []
    this.nonces.set(kind, message.nonce)
    const update: Update = { kind, nonce: message.nonce, changed, removed, unreadable }
    this.arriving.set(update, message.versionInfo)
    return update
  }

  ack(update: Update): Uint8Array {
    this.versions.set(update.kind, this.arriving.get(update) ?? '')
    this.arriving.delete(update)
    return this.request(update.kind)
  }

  /** With the version that was taken before, and the refused response's nonce. */
  nack(update: Update, reason: string): Uint8Array {
    this.arriving.delete(update)
    return this.request(update.kind, reason)
  }

  private request(kind: ResourceKind, error?: string): Uint8Array {
    const request: DiscoveryRequest = create(DiscoveryRequestSchema, {
      typeUrl: typeUrlOf[kind],
      versionInfo: this.versions.get(kind) ?? '',
      responseNonce: this.nonces.get(kind) ?? '',
      resourceNames: [...this.asked[kind]],
    })
    if (this.isFirst) request.node = this.node
    this.isFirst = false
    // INVALID_ARGUMENT
    if (error !== undefined)
      request.errorDetail = { $typeName: 'google.rpc.Status', code: 3, message: error, details: [] }
    return toBinary(DiscoveryRequestSchema, request)
  }
}

/** There is no version of one resource in this form; a hash of its bytes says as much, and is what the server has. */
function decodeOne(kind: ResourceKind, { value }: Any): readonly [string, Held] {
  const version = createHash('sha256').update(value).digest('hex').slice(0, 24)
  const held = decodeHeld(kind, version, value)
  return [nameOf(kind, held), held]
}
