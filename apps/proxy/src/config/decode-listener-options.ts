import type { Listener } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { fastOpenOption, freebindOption, type SocketOption, transparentOption } from '../net/socket-option.ts'
import { decodeSocketOptions, needsNative } from './decode-socket-options.ts'

/** What the socket of a listener is told: the fields that have names first, as in Envoy. */
export function decodeListenerOptions(message: Listener): readonly SocketOption[] {
  const { transparent, freebind, tcpFastOpenQueueLength: queueMax, socketOptions } = message
  const named = [
    { field: 'transparent', option: transparent ? transparentOption : undefined },
    { field: 'freebind', option: freebind ? freebindOption : undefined },
    { field: 'tcp_fast_open_queue_length', option: queueMax === undefined ? undefined : fastOpenOption(queueMax) },
  ].flatMap(({ field, option }) => {
    if (option !== undefined) needsNative(field)
    return option ?? []
  })
  return [...named, ...decodeSocketOptions(socketOptions, 'socket_options')]
}
