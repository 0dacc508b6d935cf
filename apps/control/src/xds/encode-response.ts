import { BinaryWriter } from '@bufbuild/protobuf/wire'
import type { AdsResponse } from './ads-stream-state.ts'
import type { EncodedResource } from './resource-set.ts'
import { type ResourceType, typeUrlOf } from './resource-type.ts'
import type { StreamMode } from './subscription.ts'
import { viewVersion } from './view-version.ts'

const lengthDelimited = 2
const tag = (field: number) => (field << 3) | lengthDelimited

/** A resource's Any, and the delta protocol's wrapper around it: made once, shared by all proxies that get it. */
const anys = new WeakMap<EncodedResource, Uint8Array>()
const wrappers = new WeakMap<EncodedResource, Uint8Array>()

/**
 * Puts a response together from pre-encoded resources; nothing is encoded twice for two proxies. Field numbers are those
 * of envoy.service.discovery.v3.{DeltaDiscoveryResponse,DiscoveryResponse}.
 */
export function encodeResponse(mode: StreamMode, response: AdsResponse): Buffer {
  const writer = new BinaryWriter()
  const typeUrl = typeUrlOf[response.type]
  if (mode === 'delta') {
    // Shown by tools only; what a proxy runs is told by the resources.
    writer.uint32(tag(1)).string(`rev-${response.revision}`)
    for (const resource of response.resources) writer.uint32(tag(2)).bytes(wrapperOf(resource, response.type))
    writer.uint32(tag(4)).string(typeUrl)
    writer.uint32(tag(5)).string(response.nonce)
    for (const name of response.removed) writer.uint32(tag(6)).string(name)
  } else {
    writer.uint32(tag(1)).string(viewVersion(response.resources))
    for (const resource of response.resources) writer.uint32(tag(2)).bytes(anyOf(resource, response.type))
    writer.uint32(tag(4)).string(typeUrl)
    writer.uint32(tag(5)).string(response.nonce)
  }
  return Buffer.from(writer.finish())
}

/** google.protobuf.Any{type_url 1, value 2} */
function anyOf(resource: EncodedResource, type: ResourceType): Uint8Array {
  let any = anys.get(resource)
  if (any === undefined) {
    any = new BinaryWriter().uint32(tag(1)).string(typeUrlOf[type]).uint32(tag(2)).bytes(resource.bytes).finish()
    anys.set(resource, any)
  }
  return any
}

/** Resource{version 1, resource 2, name 3} */
function wrapperOf(resource: EncodedResource, type: ResourceType): Uint8Array {
  let wrapper = wrappers.get(resource)
  if (wrapper === undefined) {
    wrapper = new BinaryWriter()
      .uint32(tag(1))
      .string(resource.version)
      .uint32(tag(2))
      .bytes(anyOf(resource, type))
      .uint32(tag(3))
      .string(resource.name)
      .finish()
    wrappers.set(resource, wrapper)
  }
  return wrapper
}
