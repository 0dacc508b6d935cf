import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Listener } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { type NativeSockets, nativeSockets } from '../net/native-sockets.ts'
import { isOriginalDst } from './decode-listener-filters.ts'
import type { OriginalDestinationUse } from './listener-config.ts'

/** The listener filter `original_dst`, and `use_original_dst`, which asks for it too. */
export function decodeOriginalDestinationUse(
  message: Listener,
  native: () => NativeSockets | undefined = nativeSockets,
): OriginalDestinationUse {
  const { useOriginalDst = false, listenerFilters } = message
  const isRestored = useOriginalDst || listenerFilters.some(isOriginalDst)
  if (!isRestored) return 'ignored'
  const field = useOriginalDst ? 'use_original_dst' : 'listener_filters'
  if (native() === undefined) {
    throw new ResourceRejected(field, 'original_dst needs Linux and the package koffi, which is not installed')
  }
  return useOriginalDst ? 'hand-over' : 'restored'
}
