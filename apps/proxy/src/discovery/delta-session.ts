import type { MessageInitShape } from '@bufbuild/protobuf'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import type { Node } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import {
  type DeltaDiscoveryRequest,
  DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import type { ResourceKind } from '../config/build-config.ts'
import type { AdsSession, Update } from './ads-session.ts'
import { type FixedWants, listKinds } from './fixed-wants.ts'
import {
  decodeHeld,
  type Held,
  type HeldResources,
  kindOf,
  type NamedKind,
  namedKinds,
  typeUrlOf,
} from './held-resources.ts'
import { wantedNames } from './wanted-names.ts'

/** By differences. Rules: xDS transport protocol, "Incremental xDS". */
export class DeltaSession implements AdsSession {
  private readonly node: Node
  private isFirst = true
  private readonly asked: Record<NamedKind, ReadonlySet<string>> = {
    assignment: new Set(),
    route: new Set(),
    secret: new Set(),
  }
  private readonly fixed: FixedWants | undefined

  /** `fixed` is wanted whatever the control plane sends. */
  constructor(node: Node, fixed?: FixedWants) {
    this.node = node
    this.fixed = fixed
  }

  /** Everything that we have is named, so that only the difference comes. */
  open(held: HeldResources): Uint8Array[] {
    const lists = this.fixed?.adsLists ?? listKinds
    return [...lists.map((kind) => this.request({ kind, initial: held[kind] })), ...this.subscribe(held)]
  }

  subscribe(held: HeldResources): Uint8Array[] {
    const wanted = wantedNames(held, this.fixed).ads
    return namedKinds.flatMap((kind) => {
      const before = this.asked[kind]
      const more = [...wanted[kind]].filter((name) => !before.has(name))
      const less = [...before].filter((name) => !wanted[kind].has(name))
      const isOpening = before.size === 0
      this.asked[kind] = wanted[kind]
      if (more.length === 0 && less.length === 0) return []
      const initial = isOpening
        ? new Map<string, Held>([...held[kind]].filter(([name]) => wanted[kind].has(name)))
        : new Map<string, Held>()
      return [this.request({ kind, subscribe: more, unsubscribe: less, initial })]
    })
  }

  read(bytes: Uint8Array): Update | undefined {
    const message = fromBinary(DeltaDiscoveryResponseSchema, bytes)
    const kind = kindOf(message.typeUrl)
    if (kind === undefined) return undefined
    const changed = new Map<string, Held>()
    const unreadable: { name: string; reason: string }[] = []
    for (const { name, version, resource } of message.resources) {
      try {
        changed.set(name, decodeHeld(kind, version, resource?.value ?? new Uint8Array()))
      } catch (error) {
        unreadable.push({ name, reason: error instanceof Error ? error.message : String(error) })
      }
    }
    return { kind, nonce: message.nonce, changed, removed: message.removedResources, unreadable }
  }

  ack({ kind, nonce }: Update): Uint8Array {
    return this.request({ kind, nonce })
  }

  nack({ kind, nonce }: Update, reason: string): Uint8Array {
    return this.request({ kind, nonce, error: reason })
  }

  private request(options: {
    readonly kind: ResourceKind
    readonly nonce?: string
    readonly error?: string
    readonly subscribe?: readonly string[]
    readonly unsubscribe?: readonly string[]
    readonly initial?: ReadonlyMap<string, Held>
  }): Uint8Array {
    const init: MessageInitShape<typeof DeltaDiscoveryRequestSchema> = {
      typeUrl: typeUrlOf[options.kind],
      responseNonce: options.nonce ?? '',
      resourceNamesSubscribe: [...(options.subscribe ?? [])],
      resourceNamesUnsubscribe: [...(options.unsubscribe ?? [])],
      initialResourceVersions: Object.fromEntries(
        [...(options.initial ?? [])].map(([name, { version }]) => [name, version]),
      ),
    }
    const request: DeltaDiscoveryRequest = create(DeltaDiscoveryRequestSchema, init)
    if (this.isFirst) request.node = this.node
    this.isFirst = false
    // INVALID_ARGUMENT
    if (options.error !== undefined)
      request.errorDetail = { $typeName: 'google.rpc.Status', code: 3, message: options.error, details: [] }
    return toBinary(DeltaDiscoveryRequestSchema, request)
  }
}
