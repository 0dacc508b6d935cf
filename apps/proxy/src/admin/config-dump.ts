import {
  createRegistry,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  type MessageShape,
  toJson,
} from '@bufbuild/protobuf'
import { compileLinearRegex } from '@heddle/engine/match/linear-regex'
import {
  type Bootstrap as BootstrapMessage,
  BootstrapSchema,
} from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { SecretSchema } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import type { Held, HeldResources } from '../resources/held-resources.ts'

const registry = createRegistry(...typedExtensions)

type Sources = {
  readonly bootstrap: BootstrapMessage
  readonly held: HeldResources
  /** Of the lists that come out of files: `version_info`. */
  readonly versions?: Partial<Record<'cluster' | 'listener', string>>
}
type Section = { readonly type: string; readonly fields: Readonly<Record<string, JsonValue>> }

export class UnknownResource extends Error {
  override readonly name = 'UnknownResource'
  readonly code = 'unknown_resource'
}

/**
 * What runs, in the shape of Envoy's `/config_dump`: `?resource=dynamic_listeners` shows one list, `&mask=name,…` some of its
 * fields, `?include_eds` the endpoints too. Keys and passwords are never shown.
 */
export function configDump(sources: Sources, query: URLSearchParams): JsonObject {
  const all = sections(sources, query.has('include_eds') || query.get('resource')?.includes('endpoint') === true)
  const resource = query.get('resource')
  const isNamed = nameFilter(query.get('name_regex') ?? '')
  const mask = query
    .get('mask')
    ?.split(',')
    .map((path) => path.split('.'))
  if (resource === null) return wholeDump(all, isNamed, mask)
  const section = all.find(({ fields }) => resource in fields)
  const list = section?.fields[resource]
  if (!Array.isArray(list)) throw new UnknownResource(`${resource} not found in config dump`)
  const type = typeUrl(`${section?.type}.${entryTypes.get(resource) ?? 'Entry'}`)
  const found = list.filter(isNamed)
  const shownOf = (entry: JsonValue) => (mask === undefined ? entry : masked(entry, mask))
  return { configs: found.map((entry) => ({ '@type': type, ...(shownOf(entry) as JsonObject) })) }
}

/** Every section; of a mask those that have what it names. */
function wholeDump(
  all: readonly Section[],
  isNamed: (entry: JsonValue) => boolean,
  mask: Mask | undefined,
): JsonObject {
  const shown = all.map(({ type, fields }) => {
    const named = Object.entries(fields).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.filter(isNamed) : value,
    ])
    const whole = Object.fromEntries(named) as JsonObject
    return { type, fields: mask === undefined ? whole : (masked(whole, mask) as JsonObject) }
  })
  const kept = mask === undefined ? shown : shown.filter(({ fields }) => Object.keys(fields).length > 0)
  if (kept.length === 0) throw new UnknownResource('the mask names nothing of any section')
  return { configs: kept.map(({ type, fields }) => ({ '@type': typeUrl(type), ...fields })) }
}

const typeUrl = (type: string) => `type.googleapis.com/envoy.admin.v3.${type}`

/** What an entry of a list is, so that whoever reads the list alone can decode it. */
const entryTypes = new Map([
  ['static_clusters', 'StaticCluster'],
  ['dynamic_active_clusters', 'DynamicCluster'],
  ['static_listeners', 'StaticListener'],
  ['dynamic_listeners', 'DynamicListener'],
  ['static_secrets', 'StaticSecret'],
  ['dynamic_active_secrets', 'DynamicSecret'],
  ['static_route_configs', 'StaticRouteConfig'],
  ['dynamic_route_configs', 'DynamicRouteConfig'],
  ['static_endpoint_configs', 'StaticEndpointConfig'],
  ['dynamic_endpoint_configs', 'DynamicEndpointConfig'],
])

/** `name_regex`: entries of which the resource within has such a name, whole. */
function nameFilter(pattern: string): (entry: JsonValue) => boolean {
  if (pattern === '') return () => true
  const expression = compileLinearRegex(pattern, 'name_regex')
  return (entry) => expression.matchesWhole(nameOf(entry))
}

function nameOf(entry: JsonValue): string {
  const object = (value: unknown) => (typeof value === 'object' && value !== null ? (value as JsonObject) : undefined)
  const { name, active_state } = object(entry) ?? {}
  const within = Object.values(object(active_state) ?? object(entry) ?? {})
    .map(object)
    .find((each) => each !== undefined)
  return String(name ?? within?.name ?? within?.cluster_name ?? '')
}

function sections({ bootstrap, held, versions }: Sources, includesEndpoints: boolean): Section[] {
  const { staticResources } = bootstrap
  const listeners = [
    ...(staticResources?.listeners ?? []),
    ...[...held.listener.values()].map(({ message }) => message),
  ]
  const fixed = <Desc extends DescMessage>(schema: Desc, key: string, list: readonly MessageShape<Desc>[]) =>
    list.map((message) => ({ [key]: anyOf(schema, message) }))
  return [
    { type: 'BootstrapConfigDump', fields: { bootstrap: shown(BootstrapSchema, bootstrap) } },
    {
      type: 'ClustersConfigDump',
      fields: {
        ...version(versions?.cluster),
        static_clusters: fixed(ClusterSchema, 'cluster', staticResources?.clusters ?? []),
        dynamic_active_clusters: dynamic(ClusterSchema, 'cluster', held.cluster),
      },
    },
    ...(includesEndpoints
      ? [
          {
            type: 'EndpointsConfigDump',
            fields: {
              static_endpoint_configs: (staticResources?.clusters ?? []).flatMap(({ loadAssignment }) =>
                loadAssignment === undefined
                  ? []
                  : fixed(ClusterLoadAssignmentSchema, 'endpoint_config', [loadAssignment]),
              ),
              dynamic_endpoint_configs: dynamic(ClusterLoadAssignmentSchema, 'endpoint_config', held.assignment),
            },
          },
        ]
      : []),
    {
      type: 'ListenersConfigDump',
      fields: {
        ...version(versions?.listener),
        static_listeners: fixed(ListenerSchema, 'listener', staticResources?.listeners ?? []),
        dynamic_listeners: dynamic(ListenerSchema, 'listener', held.listener).map((state, index) => ({
          name: [...held.listener.keys()][index] ?? '',
          active_state: state,
        })),
      },
    },
    {
      type: 'SecretsConfigDump',
      fields: {
        static_secrets: (staticResources?.secrets ?? []).map((each) => ({
          name: each.name,
          secret: anyOf(SecretSchema, each),
        })),
        dynamic_active_secrets: [...held.secret].map(([name, { version, message }]) => ({
          name,
          version_info: version,
          secret: anyOf(SecretSchema, message),
        })),
      },
    },
    {
      type: 'RoutesConfigDump',
      fields: {
        static_route_configs: listeners.flatMap((each) => routesWithin(shown(ListenerSchema, each))),
        dynamic_route_configs: dynamic(RouteConfigurationSchema, 'route_config', held.route),
      },
    },
  ]
}

/** The routes that stand in a listener itself. */
function routesWithin(value: JsonValue): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(routesWithin)
  if (typeof value !== 'object' || value === null) return []
  const type = `type.googleapis.com/${RouteConfigurationSchema.typeName}`
  return Object.entries(value).flatMap(([name, each]) =>
    name === 'route_config' ? [{ route_config: { '@type': type, ...(each as JsonObject) } }] : routesWithin(each),
  )
}

function version(text = ''): JsonObject {
  return text === '' ? {} : { version_info: text }
}

function dynamic<Desc extends DescMessage>(
  schema: Desc,
  key: string,
  all: ReadonlyMap<string, Held<MessageShape<Desc>>>,
): JsonObject[] {
  return [...all.values()].map(({ version, message }) => ({ version_info: version, [key]: anyOf(schema, message) }))
}

/** As `google.protobuf.Any`, which these fields are: whoever decodes them must be told what they are. */
function anyOf<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): JsonValue {
  return { '@type': `type.googleapis.com/${schema.typeName}`, ...(shown(schema, message) as JsonObject) }
}

function shown<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): JsonValue {
  try {
    return withoutSecrets(toJson(schema, message, { registry, useProtoFieldName: true }))
  } catch (error) {
    // An extension that was left out as optional has a type that is not known here.
    return { error: `cannot be shown: ${(error as Error).message}` }
  }
}

/** What Envoy marks as sensitive. */
const secret = new Set(['private_key', 'password', 'session_ticket_keys', 'generic_secret'])

function withoutSecrets(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, secret.has(name) ? redacted(each) : withoutSecrets(each)]),
  )
}

/** In the shape that it had, so that a reader of the message can read it still; bytes are Base64. */
function redacted(value: JsonValue, name = ''): JsonValue {
  if (Array.isArray(value)) return value.map((each) => redacted(each, name))
  if (typeof value !== 'object' || value === null) return name === 'inline_bytes' ? 'W3JlZGFjdGVkXQ==' : '[redacted]'
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, redacted(each, key)]))
}

/** The paths of a field mask. */
type Mask = readonly (readonly string[])[]

/** Only what the paths name, as in a field mask. */
function masked(value: JsonValue, paths: Mask): JsonValue {
  if (paths.some((path) => path.length === 0)) return value
  if (Array.isArray(value)) return value.map((each) => masked(each, paths))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => {
      if (name === '@type') return [[name, each] as const]
      const below = paths.filter(([first]) => first === name).map((path) => path.slice(1))
      return below.length === 0 ? [] : [[name, masked(each, below)] as const]
    }),
  )
}
