import {
  createRegistry,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  type MessageShape,
  toJson,
} from '@bufbuild/protobuf'
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
import type { Held, HeldResources } from '../discovery/held-resources.ts'

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
  if (resource === null) {
    return {
      configs: all.map(({ type, fields }) => ({ '@type': `type.googleapis.com/envoy.admin.v3.${type}`, ...fields })),
    }
  }
  const found = all.find(({ fields }) => resource in fields)?.fields[resource]
  if (!Array.isArray(found)) throw new UnknownResource(`there is no resource "${resource}"`)
  const mask = query
    .get('mask')
    ?.split(',')
    .map((path) => path.split('.'))
  return { configs: mask === undefined ? found : found.map((entry) => masked(entry, mask)) }
}

function sections({ bootstrap, held, versions }: Sources, includesEndpoints: boolean): Section[] {
  const { staticResources } = bootstrap
  const fixed = <Desc extends DescMessage>(schema: Desc, key: string, list: readonly MessageShape<Desc>[]) =>
    list.map((message) => ({ [key]: shown(schema, message) }))
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
          secret: shown(SecretSchema, each),
        })),
        dynamic_active_secrets: [...held.secret].map(([name, { version, message }]) => ({
          name,
          version_info: version,
          secret: shown(SecretSchema, message),
        })),
      },
    },
    {
      type: 'RoutesConfigDump',
      fields: { dynamic_route_configs: dynamic(RouteConfigurationSchema, 'route_config', held.route) },
    },
  ]
}

function version(text = ''): JsonObject {
  return text === '' ? {} : { version_info: text }
}

function dynamic<Desc extends DescMessage>(
  schema: Desc,
  key: string,
  all: ReadonlyMap<string, Held<MessageShape<Desc>>>,
): JsonObject[] {
  return [...all.values()].map(({ version, message }) => ({ version_info: version, [key]: shown(schema, message) }))
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

/** Only what the paths name, as in a field mask. */
function masked(value: JsonValue, paths: readonly (readonly string[])[]): JsonValue {
  if (paths.some((path) => path.length === 0)) return value
  if (Array.isArray(value)) return value.map((each) => masked(each, paths))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => {
      const below = paths.filter(([first]) => first === name).map((path) => path.slice(1))
      return below.length === 0 ? [] : [[name, masked(each, below)] as const]
    }),
  )
}
