import { create, createRegistry, type DescMessage, fromJson, type JsonObject, toBinary } from '@bufbuild/protobuf'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import {
  DeltaDiscoveryResponseSchema,
  DiscoveryResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import { mutateMessage } from './mutate-message.ts'
import type { Random } from './random.ts'

export type Form = 'delta' | 'sotw'

const registry = createRegistry(...typedExtensions)
const extensions = new Map(typedExtensions.map((schema) => [schema.typeName as string, schema] as const))
const names = ['a', 'b', 'c']
const ads = { ads: {}, resource_api_version: 'V3' }

const schemas = [ClusterSchema, ClusterLoadAssignmentSchema, ListenerSchema, RouteConfigurationSchema] as const

/** A good resource of a kind; clusters name their endpoints and listeners their routes, so that these are asked for. */
function goodJson(schema: (typeof schemas)[number], name: string): JsonObject {
  switch (schema.typeName) {
    case ClusterSchema.typeName:
      return { name, type: 'EDS', eds_cluster_config: { eds_config: ads } }
    case ClusterLoadAssignmentSchema.typeName: {
      const address = { socket_address: { address: '127.0.0.1', port_value: 80 } }
      return { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] }
    }
    case ListenerSchema.typeName: {
      const http = {
        '@type':
          'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
        stat_prefix: name,
        rds: { route_config_name: name, config_source: ads },
        http_filters: [
          {
            name: 'router',
            typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
          },
        ],
      }
      return {
        name,
        address: { socket_address: { address: '127.0.0.1', port_value: 8080 } },
        filter_chains: [{ filters: [{ name: 'http', typed_config: http }] }],
      }
    }
    default:
      return {
        name,
        virtual_hosts: [{ name, domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: name } }] }],
      }
  }
}

/** Up to eight responses in a row: good resources, broken ones, removals, other types and nonces that repeat. */
export function generateResponses(random: Random): Buffer {
  const form = random.pick<Form>(['delta', 'sotw'])
  const count = 1 + random.below(8)
  return joinResponses(
    form,
    Array.from({ length: count }, () => response(form, random)),
  )
}

function response(form: Form, random: Random): Uint8Array {
  if (random.chance(0.03)) return Buffer.from('\xff\xff\x01\x02no response', 'latin1')
  const schema = random.pick(schemas)
  const typeUrl = `type.googleapis.com/${random.chance(0.03) ? 'shop.Unknown' : schema.typeName}`
  const nonce = random.pick(['1', '2', '3', ''])
  const version = String(random.below(5))
  const resources = Array.from({ length: random.below(4) }, () => {
    const name = random.pick(names)
    return { name: random.chance(0.05) ? 'other' : name, value: resourceBytes(schema, name, random) }
  })
  if (form === 'sotw') {
    const all = resources.map(({ value }) => ({ typeUrl, value }))
    return toBinary(
      DiscoveryResponseSchema,
      create(DiscoveryResponseSchema, { typeUrl, nonce, versionInfo: version, resources: all }),
    )
  }
  const removedResources = names.filter(() => random.chance(0.15))
  const all = resources.map(({ name, value }) => ({ name, version, resource: { typeUrl, value } }))
  return toBinary(
    DeltaDiscoveryResponseSchema,
    create(DeltaDiscoveryResponseSchema, { typeUrl, nonce, resources: all, removedResources }),
  )
}

function resourceBytes(schema: (typeof schemas)[number], name: string, random: Random): Uint8Array {
  if (random.chance(0.05)) return Buffer.from('\x0a\xff\xff\xff', 'latin1')
  const any: DescMessage = schema
  const message = fromJson(any, goodJson(schema, name), { registry })
  if (random.chance(0.3)) mutateMessage(message, random, extensions)
  try {
    return toBinary(any, message)
  } catch {
    // What the change made has no binary form.
    return new Uint8Array()
  }
}

/** One byte for the form, then each response behind its length in four bytes. */
export function joinResponses(form: Form, responses: readonly Uint8Array[]): Buffer {
  const parts = responses.flatMap((each) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(each.length)
    return [length, each]
  })
  return Buffer.concat([Buffer.from([form === 'delta' ? 0 : 1]), ...parts])
}

/** Whatever the bytes are, they are some responses. */
export function splitResponses(input: Buffer): { readonly form: Form; readonly responses: readonly Buffer[] } {
  const responses: Buffer[] = []
  for (let at = 1; at + 4 <= input.length && responses.length < 50; ) {
    const end = Math.min(input.length, at + 4 + input.readUInt32BE(at))
    responses.push(input.subarray(at + 4, end))
    at = end
  }
  return { form: (input[0] ?? 0) % 2 === 0 ? 'delta' : 'sotw', responses }
}
