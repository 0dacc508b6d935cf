import type { ResourceType } from './resource-type.ts'

/** One resource, encoded once for all proxies that get it. */
export type EncodedResource = {
  readonly name: string
  /** Hash of the bytes: the same content has the same version on every replica and after every restart. */
  readonly version: string
  /** The encoded message, without the Any around it. */
  readonly bytes: Uint8Array
}

/** All resources of one type, by name. Never changed after it was made: its identity is a cache key. */
export type ResourceSet = ReadonlyMap<string, EncodedResource>

/** What a proxy is told to run. */
export type Target = {
  readonly revision: number
  readonly sets: Readonly<Record<ResourceType, ResourceSet>>
}

const emptySet: ResourceSet = new Map()

export const emptyTarget: Target = {
  revision: 0,
  sets: { cluster: emptySet, endpoint: emptySet, listener: emptySet, route: emptySet },
}
