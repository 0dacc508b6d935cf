import { createHash } from 'node:crypto'
import { create, type DescMessage, type MessageInitShape, type MessageShape, toBinary } from '@bufbuild/protobuf'
import { type Any, anyPack } from '@bufbuild/protobuf/wkt'
import type { EncodedResource, ResourceSet } from './snapshot.ts'

/** Encodes a resource and names its content. Fields are written in one order, so equal content has equal bytes. */
export function encodeResource<Desc extends DescMessage>(
  schema: Desc,
  name: string,
  message: MessageShape<Desc>,
): EncodedResource {
  const bytes = toBinary(schema, message)
  return { name, version: hashOf(bytes), bytes }
}

export function resourceSet(resources: readonly EncodedResource[]): ResourceSet {
  return new Map(resources.map((resource) => [resource.name, resource]))
}

/** A message inside an `Any`, as extensions are carried. */
export function pack<Desc extends DescMessage>(schema: Desc, init: MessageInitShape<Desc>): Any {
  return anyPack(schema, create(schema, init))
}

/** 96 bits of SHA-256: short enough to read, too long to collide by chance. */
export function hashOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 24)
}
