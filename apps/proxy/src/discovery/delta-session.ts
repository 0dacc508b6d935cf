import type { MessageInitShape } from '@bufbuild/protobuf'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type DeltaDiscoveryRequest,
  DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import type { ResourceKind } from '../config/build-config.ts'
import {
  type Held,
  type HeldResources,
  kindOf,
  type NamedKind,
  namedKinds,
  typeUrlOf,
} from '../resources/held-resources.ts'
import { ResourceReading } from '../resources/read-resource.ts'
import type { SessionOptions, Update, XdsSession } from './xds-session.ts'

/** By differences. Rules: xDS transport protocol, "Incremental xDS". */
export class DeltaSession implements XdsSession {
  private readonly options: SessionOptions
  private isFirst = true
  private readonly asked: Record<NamedKind, ReadonlySet<string>> = {
    assignment: new Set(),
    route: new Set(),
    secret: new Set(),
    runtime: new Set(),
  }

  constructor(options: SessionOptions) {
    this.options = options
  }

  /** Everything that we have is named, so that only the difference comes. */
  open(held: HeldResources): Uint8Array[] {
    return [
      ...this.options.scope.lists.map((kind) => this.request({ kind, initial: held[kind] })),
      ...this.subscribe(held),
    ]
  }

  subscribe(held: HeldResources): Uint8Array[] {
    const wanted = this.options.scope.names(held)
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

  *read(bytes: Uint8Array): Generator<undefined, Update | undefined> {
    const message = fromBinary(DeltaDiscoveryResponseSchema, bytes)
    const kind = kindOf(message.typeUrl)
    if (kind === undefined || !this.options.scope.takes(kind)) return undefined
    const reading = new ResourceReading(kind)
    for (const each of message.resources) {
      reading.take(each.name, () => {
        // A heartbeat prolongs what we have.
        if (each.resource !== undefined) reading.add(each.name, reading.decode(each.resource, each.version), true)
        reading.addTtl(each.name, each)
      })
      yield
    }
    const { changed, unreadable, ttlsMs } = reading
    const { nonce, systemVersionInfo: version, removedResources: removed } = message
    return { kind, nonce, version, changed, removed, unreadable, ttlsMs }
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
    if (this.isFirst || !this.options.isNodeSaidOnce) request.node = this.options.node
    this.isFirst = false
    // INVALID_ARGUMENT
    if (options.error !== undefined)
      request.errorDetail = { $typeName: 'google.rpc.Status', code: 3, message: options.error, details: [] }
    return toBinary(DeltaDiscoveryRequestSchema, request)
  }
}
