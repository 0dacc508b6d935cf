import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf'
import { type Cluster, ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import {
  type ClusterLoadAssignment,
  ClusterLoadAssignmentSchema,
} from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { type Listener, ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import {
  type RouteConfiguration,
  RouteConfigurationSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import {
  type Secret,
  SecretSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb'
import { type Runtime, RuntimeSchema } from '@heddle/shared/xds/generated/envoy/service/runtime/v3/rtds_pb'
import type { ResourceKind, ResourceMessages } from '../config/build-config.ts'

/** One resource as the proxy holds it: its version, its bytes (kept for the disk), and the message. */
export type Held<Message = unknown> = {
  readonly version: string
  readonly bytes: Uint8Array
  readonly message: Message
}

export type HeldResources = {
  readonly cluster: ReadonlyMap<string, Held<Cluster>>
  readonly assignment: ReadonlyMap<string, Held<ClusterLoadAssignment>>
  readonly listener: ReadonlyMap<string, Held<Listener>>
  readonly route: ReadonlyMap<string, Held<RouteConfiguration>>
  readonly secret: ReadonlyMap<string, Held<Secret>>
  readonly runtime: ReadonlyMap<string, Held<Runtime>>
}

export const noResources: HeldResources = {
  cluster: new Map(),
  assignment: new Map(),
  listener: new Map(),
  route: new Map(),
  secret: new Map(),
  runtime: new Map(),
}

const schemaOf = {
  cluster: ClusterSchema,
  assignment: ClusterLoadAssignmentSchema,
  listener: ListenerSchema,
  route: RouteConfigurationSchema,
  secret: SecretSchema,
  runtime: RuntimeSchema,
} as const satisfies Record<ResourceKind, DescMessage>

/** In the order in which they are needed. */
export const kinds = [
  'runtime',
  'secret',
  'cluster',
  'assignment',
  'listener',
  'route',
] as const satisfies readonly ResourceKind[]

/** Those that are asked for by name. */
export const namedKinds = ['runtime', 'assignment', 'route', 'secret'] as const satisfies readonly ResourceKind[]
export type NamedKind = (typeof namedKinds)[number]

export const typeUrlOf: Readonly<Record<ResourceKind, string>> = {
  cluster: `type.googleapis.com/${ClusterSchema.typeName}`,
  assignment: `type.googleapis.com/${ClusterLoadAssignmentSchema.typeName}`,
  listener: `type.googleapis.com/${ListenerSchema.typeName}`,
  route: `type.googleapis.com/${RouteConfigurationSchema.typeName}`,
  secret: `type.googleapis.com/${SecretSchema.typeName}`,
  runtime: `type.googleapis.com/${RuntimeSchema.typeName}`,
}

export function kindOf(typeUrl: string): ResourceKind | undefined {
  return kinds.find((kind) => typeUrlOf[kind] === typeUrl)
}

/** Throws when the bytes are no message of the kind. */
export function decodeHeld(kind: ResourceKind, version: string, bytes: Uint8Array): Held {
  // A part of a response, or of a file, would keep all of it in memory for as long as this one resource stays as it is.
  const own = new Uint8Array(bytes)
  const message: MessageShape<DescMessage> = fromBinary(schemaOf[kind] as DescMessage, own)
  return { version, bytes: own, message }
}

/** Resources as they were sent or stored: one map per kind, decoded by that kind. */
export function heldOf(
  resources: Iterable<{
    readonly kind: ResourceKind
    readonly name: string
    readonly version: string
    readonly bytes: Uint8Array
  }>,
): HeldResources {
  const held = Object.fromEntries(kinds.map((kind) => [kind, new Map<string, Held>()]))
  for (const { kind, name, version, bytes } of resources) held[kind]?.set(name, decodeHeld(kind, version, bytes))
  return held as unknown as HeldResources
}

/** The name a resource goes by in its own type. */
export function nameOf(kind: ResourceKind, held: Held): string {
  return kind === 'assignment'
    ? (held.message as ClusterLoadAssignment).clusterName
    : (held.message as { name: string }).name
}

export function messagesOf(held: HeldResources): ResourceMessages {
  const strip = <Message>(all: ReadonlyMap<string, Held<Message>>) =>
    new Map([...all].map(([name, { message }]) => [name, message] as const))
  return {
    clusters: strip(held.cluster),
    assignments: strip(held.assignment),
    listeners: strip(held.listener),
    routes: strip(held.route),
    secrets: strip(held.secret),
    runtimes: strip(held.runtime),
  }
}
