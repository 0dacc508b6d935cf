import {
  create,
  createRegistry,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  type MessageShape,
  toJson,
} from '@bufbuild/protobuf'
import { compileLinearRegex } from '@heddle/engine/match/linear-regex'
import { wireBytes } from '@heddle/engine/mutate/wire-text'
import {
  Bootstrap_StaticResourcesSchema,
  type Bootstrap as BootstrapMessage,
  BootstrapSchema,
} from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { type Listener, ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { SecretSchema } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import type { Held, HeldResources } from '../resources/held-resources.ts'
import { JsonList } from './stream-json.ts'

const registry = createRegistry(...typedExtensions)

type Sources = {
  readonly bootstrap: BootstrapMessage
  readonly held: HeldResources
  /** Of the lists that come out of files: `version_info`. */
  readonly versions?: Partial<Record<'cluster' | 'listener', string>>
}
type Section = { readonly type: string; readonly fields: Readonly<Record<string, unknown>> }

export class UnknownResource extends Error {
  override readonly name = 'UnknownResource'
  readonly code = 'unknown_resource'
}

/**
 * What runs, in the shape of Envoy's `/config_dump`: `?resource=dynamic_listeners` shows one list, `&mask=name,…` some of its
 * fields, `?include_eds` the endpoints too. Keys and passwords are never shown. Lists are of what is held now, and each entry is made
 * when it is written.
 */
export function configDump(sources: Sources, query: URLSearchParams): unknown {
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
  if (!(list instanceof JsonList)) throw new UnknownResource(`${resource} not found in config dump`)
  const type = typeUrl(`${section?.type}.${entryTypes.get(resource) ?? 'Entry'}`)
  return {
    configs: listOf(
      list.entries,
      (entry) => ({ '@type': type, ...((mask === undefined ? entry : masked(entry, mask)) as JsonObject) }),
      isNamed,
    ),
  }
}

/** Every section; of a mask those that have what it names. */
function wholeDump(all: readonly Section[], isNamed: (entry: unknown) => boolean, mask: Mask | undefined): unknown {
  const shown = all.map(({ type, fields }) => {
    const named = Object.entries(fields).flatMap(([key, value]) => {
      const below = mask === undefined ? [[]] : belowOf(mask, key)
      if (below.length === 0) return []
      const picked = value instanceof JsonList ? listOf(value.entries, (entry) => entry, isNamed) : value
      return [[key, masked(picked, below)] as const]
    })
    return { type, fields: Object.fromEntries(named) }
  })
  const kept = mask === undefined ? shown : shown.filter(({ fields }) => Object.keys(fields).length > 0)
  if (kept.length === 0) throw new UnknownResource('the mask names nothing of any section')
  return { configs: new JsonList(kept.map(({ type, fields }) => ({ '@type': typeUrl(type), ...fields }))) }
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
function nameFilter(pattern: string): (entry: unknown) => boolean {
  if (pattern === '') return () => true
  const expression = compileLinearRegex(pattern, 'name_regex')
  return (entry) => expression.matchesWhole(wireBytes(nameOf(entry)))
}

function nameOf(entry: unknown): string {
  const object = (value: unknown) => (typeof value === 'object' && value !== null ? (value as JsonObject) : undefined)
  const { name, active_state } = object(entry) ?? {}
  const within = Object.values(object(active_state) ?? object(entry) ?? {})
    .map(object)
    .find((each) => each !== undefined)
  return String(name ?? within?.name ?? within?.cluster_name ?? '')
}

function sections({ bootstrap, held, versions }: Sources, includesEndpoints: boolean): Section[] {
  const { staticResources } = bootstrap
  const { clusters = [], listeners = [], secrets = [] } = staticResources ?? {}
  const assignments = clusters.flatMap(({ loadAssignment }) => loadAssignment ?? [])
  return [
    { type: 'BootstrapConfigDump', fields: { bootstrap: bootstrapOf(bootstrap) } },
    {
      type: 'ClustersConfigDump',
      fields: {
        ...version(versions?.cluster),
        static_clusters: fixed(ClusterSchema, 'cluster', clusters),
        dynamic_active_clusters: dynamic(ClusterSchema, 'cluster', held.cluster),
      },
    },
    ...(includesEndpoints
      ? [
          {
            type: 'EndpointsConfigDump',
            fields: {
              static_endpoint_configs: fixed(ClusterLoadAssignmentSchema, 'endpoint_config', assignments),
              dynamic_endpoint_configs: dynamic(ClusterLoadAssignmentSchema, 'endpoint_config', held.assignment),
            },
          },
        ]
      : []),
    {
      type: 'ListenersConfigDump',
      fields: {
        ...version(versions?.listener),
        static_listeners: fixed(ListenerSchema, 'listener', listeners),
        dynamic_listeners: listOf(held.listener, ([name, each]) => ({
          name,
          active_state: dynamicOf(ListenerSchema, 'listener', each),
        })),
      },
    },
    {
      type: 'SecretsConfigDump',
      fields: {
        static_secrets: listOf(secrets, (each) => ({ name: each.name, secret: anyOf(SecretSchema, each) })),
        dynamic_active_secrets: listOf(held.secret, ([name, { version, message }]) => ({
          name,
          version_info: version,
          secret: anyOf(SecretSchema, message),
        })),
      },
    },
    {
      type: 'RoutesConfigDump',
      fields: {
        static_route_configs: new JsonList(routesOf(listeners, held)),
        dynamic_route_configs: dynamic(RouteConfigurationSchema, 'route_config', held.route),
      },
    },
  ]
}

/** Its own resources are thousands, too. */
function bootstrapOf(bootstrap: BootstrapMessage): unknown {
  const { staticResources } = bootstrap
  if (staticResources === undefined) return shown(BootstrapSchema, bootstrap)
  const { listeners, clusters, secrets } = staticResources
  // Left empty in the place where it stands.
  const rest = shown(BootstrapSchema, { ...bootstrap, staticResources: create(Bootstrap_StaticResourcesSchema) })
  const list = <Desc extends DescMessage>(schema: Desc, key: string, all: readonly MessageShape<Desc>[]) =>
    all.length === 0 ? {} : { [key]: listOf(all, (each) => shown(schema, each)) }
  return {
    ...(rest as JsonObject),
    static_resources: {
      ...list(ListenerSchema, 'listeners', listeners),
      ...list(ClusterSchema, 'clusters', clusters),
      ...list(SecretSchema, 'secrets', secrets),
    },
  }
}

/** Those that are picked, each as it is shown. */
function listOf<From, To>(
  entries: Iterable<From>,
  shownOf: (entry: From) => To,
  isPicked: (entry: From) => boolean = () => true,
): JsonList<To> {
  return new JsonList(
    (function* () {
      for (const entry of entries) if (isPicked(entry)) yield shownOf(entry)
    })(),
  )
}

/** Of all listeners, those of the bootstrap first. */
function* routesOf(fixedOnes: readonly Listener[], held: HeldResources): Generator<JsonObject> {
  for (const each of fixedOnes) yield* routesWithin(shown(ListenerSchema, each))
  for (const { message } of held.listener.values()) yield* routesWithin(shown(ListenerSchema, message))
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

function fixed<Desc extends DescMessage>(
  schema: Desc,
  key: string,
  all: readonly MessageShape<Desc>[],
): JsonList<JsonObject> {
  return listOf(all, (message) => ({ [key]: anyOf(schema, message) }))
}

function dynamic<Desc extends DescMessage>(
  schema: Desc,
  key: string,
  all: ReadonlyMap<string, Held<MessageShape<Desc>>>,
): JsonList<JsonObject> {
  return listOf(all.values(), (each) => dynamicOf(schema, key, each))
}

function dynamicOf<Desc extends DescMessage>(
  schema: Desc,
  key: string,
  { version, message }: Held<MessageShape<Desc>>,
): JsonObject {
  return { version_info: version, [key]: anyOf(schema, message) }
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
    Object.entries(value).map(([name, each]) => [name, isSecret(name, value) ? redacted(each) : withoutSecrets(each)]),
  )
}

/** Of names and passwords too; other messages may have users of another kind. */
function isSecret(name: string, { '@type': type }: JsonObject): boolean {
  return secret.has(name) || (name === 'users' && typeof type === 'string' && type.includes('.basic_auth.v3.'))
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
function masked(value: unknown, paths: Mask): unknown {
  if (paths.some((path) => path.length === 0)) return value
  if (Array.isArray(value)) return value.map((each) => masked(each, paths))
  if (value instanceof JsonList) return listOf(value.entries, (each) => masked(each, paths))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => {
      if (name === '@type') return [[name, each] as const]
      const below = belowOf(paths, name)
      return below.length === 0 ? [] : [[name, masked(each, below)] as const]
    }),
  )
}

/** What the paths name within a field; none where they leave it out. */
function belowOf(paths: Mask, name: string): Mask {
  return paths.filter(([first]) => first === name).map((path) => path.slice(1))
}
