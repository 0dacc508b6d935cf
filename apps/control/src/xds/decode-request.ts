import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf'
import type { Node } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import {
  DeltaDiscoveryRequestSchema,
  DiscoveryRequestSchema,
} from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import { hasTooManyParts } from '../load/has-too-many-parts.ts'
import type { AdsRequest } from './ads-request.ts'
import { resourceTypeOf } from './resource-type.ts'
import type { StreamMode } from './subscription.ts'

/** A request off the wire: who sends it (first message only), and what it asks. */
export type DecodedRequest =
  | { readonly kind: 'request'; readonly node: Node | undefined; readonly request: AdsRequest }
  /** A type that is not served. */
  | { readonly kind: 'unknown-type'; readonly typeUrl: string }

/** Names in one request beyond this are an attack or a mistake. */
const namesMax = 20_000
/** Each is kept for as long as its stream. No name of ours is half as long. */
const nameCharactersMax = 512
/** Names, versions of what is kept already, and what a node says of itself: an Envoy lists thousands of its extensions. */
const partsMax = 100_000

export class TooManyNames extends Error {
  override readonly name = 'TooManyNames'
  readonly code = 'too_many_names'

  constructor(count: number) {
    super(`a discovery request names ${count} resources; ${namesMax} at most`)
  }
}

export class NameTooLong extends Error {
  override readonly name = 'NameTooLong'
  readonly code = 'name_too_long'

  constructor(characters: number) {
    super(`a discovery request names a resource in ${characters} characters; ${nameCharactersMax} at most`)
  }
}

export class TooManyParts extends Error {
  override readonly name = 'TooManyParts'
  readonly code = 'too_many_parts'

  constructor() {
    super(`a discovery request has more than ${partsMax} parts`)
  }
}

export function decodeRequest(mode: StreamMode, bytes: Uint8Array): DecodedRequest {
  if (mode === 'delta') {
    const message = read(DeltaDiscoveryRequestSchema, bytes)
    const type = resourceTypeOf(message.typeUrl)
    if (type === undefined) return { kind: 'unknown-type', typeUrl: message.typeUrl }
    const { resourceNamesSubscribe, resourceNamesUnsubscribe, initialResourceVersions } = message
    limit(resourceNamesSubscribe.length + resourceNamesUnsubscribe.length)
    for (const names of [resourceNamesSubscribe, resourceNamesUnsubscribe, Object.keys(initialResourceVersions)]) {
      limitCharacters(names)
    }
    return {
      kind: 'request',
      node: message.node,
      request: {
        type,
        responseNonce: message.responseNonce,
        errorMessage: message.errorDetail?.message,
        names: {
          mode: 'delta',
          subscribe: resourceNamesSubscribe,
          unsubscribe: resourceNamesUnsubscribe,
          initialVersions: new Map(Object.entries(initialResourceVersions)),
        },
      },
    }
  }
  const message = read(DiscoveryRequestSchema, bytes)
  const type = resourceTypeOf(message.typeUrl)
  if (type === undefined) return { kind: 'unknown-type', typeUrl: message.typeUrl }
  limit(message.resourceNames.length)
  limitCharacters(message.resourceNames)
  return {
    kind: 'request',
    node: message.node,
    request: {
      type,
      responseNonce: message.responseNonce,
      errorMessage: message.errorDetail?.message,
      names: { mode: 'sotw', list: message.resourceNames, version: message.versionInfo },
    },
  }
}

function read<Schema extends DescMessage>(schema: Schema, bytes: Uint8Array): MessageShape<Schema> {
  if (hasTooManyParts(schema, bytes, partsMax)) throw new TooManyParts()
  return fromBinary(schema, bytes, { readUnknownFields: false })
}

function limit(count: number): void {
  if (count > namesMax) throw new TooManyNames(count)
}

function limitCharacters(names: readonly string[]): void {
  for (const { length } of names) if (length > nameCharactersMax) throw new NameTooLong(length)
}
