import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type VirtualCluster as VirtualClusterMessage,
  VirtualClusterSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { compileHeaderMatcher } from '../match/compile-header-matcher.ts'
import { type HeaderMatcher, matchesHeader } from '../match/header-matcher.ts'
import type { RequestView } from '../request/request-view.ts'

/** Requests of a virtual host that are counted by themselves, wherever they go. */
export type VirtualCluster = { readonly name: string; readonly headers: readonly HeaderMatcher[] }

/** Those of one virtual host. */
export type VirtualClusters = { readonly virtualHost: string; readonly clusters: readonly VirtualCluster[] }

/** Whom no other one takes. */
export const otherCluster = 'other'

const supported = new Set(['name', 'headers'])

/** Undefined: nothing is counted so. */
export function compileVirtualClusters(
  messages: readonly VirtualClusterMessage[],
  virtualHost: string,
  path: string,
): VirtualClusters | undefined {
  if (messages.length === 0) return undefined
  const clusters = messages.map((message, index) => {
    const at = `${path}[${index}]`
    refuseUnsupported(VirtualClusterSchema, message, supported, at)
    const { name, headers } = message
    if (name === '') throw new ResourceRejected(`${at}.name`, 'must not be empty')
    if (headers.length === 0) throw new ResourceRejected(`${at}.headers`, 'must not be empty')
    return { name, headers: headers.map((each, place) => compileHeaderMatcher(each, `${at}.headers[${place}]`)) }
  })
  return { virtualHost, clusters }
}

/** The first one that takes the request. */
export function virtualClusterOf({ clusters }: VirtualClusters, request: RequestView): string {
  const found = clusters.find(({ headers }) => headers.every((matcher) => matchesHeader(matcher, request)))
  return found?.name ?? otherCluster
}
