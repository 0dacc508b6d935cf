import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type SocketOption as OptionMessage,
  SocketOptionSchema,
  SocketOption_SocketState as State,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/socket_option_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { nativeSockets } from '../net/native-sockets.ts'
import { numberBytes, type SocketOption } from '../net/socket-option.ts'

const supported = new Set(['description', 'level', 'name', 'int_value', 'buf_value', 'state'])
const valueBytesMax = 256

/** `socket_options` of a listener, or of where connections come from. */
export function decodeSocketOptions(messages: readonly OptionMessage[], path: string): readonly SocketOption[] {
  return messages.map((message, index) => {
    const at = `${path}[${index}]`
    refuseUnsupported(SocketOptionSchema, message, supported, at)
    needsNative(at)
    return {
      level: number(message.level, `${at}.level`),
      name: number(message.name, `${at}.name`),
      value: optionBytes(message, at),
      when: momentOf(message.state, `${at}.state`),
    }
  })
}

/** Refuses what only the system's own calls can do, where there are none. */
export function needsNative(path: string): void {
  if (nativeSockets() !== undefined) return
  throw new ResourceRejected(path, 'needs Linux and the package koffi, which is not installed')
}

function momentOf(state: State, at: string): SocketOption['when'] {
  switch (state) {
    case State.STATE_PREBIND:
      return 'prebind'
    case State.STATE_BOUND:
      return 'bound'
    case State.STATE_LISTENING:
      return 'listening'
  }
  // A message may carry a number that has no name.
  throw new ResourceRejected(at, `unknown value ${String(state)}`)
}

function optionBytes({ value }: OptionMessage, at: string): Buffer {
  switch (value.case) {
    case 'intValue':
      return numberBytes(number(value.value, `${at}.int_value`))
    case 'bufValue':
      if (value.value.length > valueBytesMax) {
        throw new ResourceRejected(`${at}.buf_value`, `must not be more than ${valueBytesMax} bytes`)
      }
      return Buffer.from(value.value)
    case undefined:
      throw new ResourceRejected(at, 'needs int_value or buf_value')
  }
}

/** A C `int`. */
function number(value: bigint, at: string): number {
  const small = Number(BigInt.asIntN(32, value))
  if (BigInt(small) !== value) throw new ResourceRejected(at, 'does not fit into 32 bits')
  return small
}
