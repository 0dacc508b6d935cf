import type { Route, VirtualHost } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'

/** How much of a body may be kept to be sent again: by the younger and the older of Envoy's two fields for it. */
export type ReplayLimit = { readonly younger: number | undefined; readonly older: number | undefined }

type Stated = Pick<Route | VirtualHost, 'requestBodyBufferLimit' | 'perRequestBufferLimitBytes'>

export function replayLimit({ requestBodyBufferLimit, perRequestBufferLimitBytes }: Stated): ReplayLimit {
  return {
    younger: requestBodyBufferLimit === undefined ? undefined : Number(requestBodyBufferLimit),
    older: perRequestBufferLimitBytes,
  }
}

/** The younger field beats the older one also where it stands farther out, as in Envoy. */
export function innerReplayLimit(own: ReplayLimit, outer: ReplayLimit): ReplayLimit {
  return { younger: own.younger ?? outer.younger, older: own.older ?? outer.older }
}
