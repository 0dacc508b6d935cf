import type { ResourceType } from './resource-type.ts'

/** A discovery request, reduced to what decides the answer. The node is read apart: only the first one carries it. */
export type AdsRequest = {
  readonly type: ResourceType
  readonly responseNonce: string
  readonly errorMessage: string | undefined
  readonly names: RequestedNames
}

export type RequestedNames =
  | {
      readonly mode: 'sotw'
      readonly list: readonly string[]
      /** In a first request: the version of what the proxy kept from an earlier stream. */
      readonly version: string
    }
  | {
      readonly mode: 'delta'
      readonly subscribe: readonly string[]
      readonly unsubscribe: readonly string[]
      /** In a first request: name and version of what the proxy kept from an earlier stream. */
      readonly initialVersions: ReadonlyMap<string, string>
    }
