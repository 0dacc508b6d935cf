import { isIP } from 'node:net'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Address } from '@heddle/shared/xds/generated/envoy/config/core/v3/address_pb'
import type { SocketAddress } from '../net/socket-address.ts'

/** A listening or endpoint address. A host name is allowed only where DNS will resolve it. */
export function decodeAddress(message: Address | undefined, path: string, allowsName = false): SocketAddress {
  switch (message?.address.case) {
    case 'pipe':
      // "@" names the abstract namespace, which has no file.
      return { kind: 'unix', path: message.address.value.path.replace(/^@/, '\0') }
    case 'socketAddress': {
      const { address, portSpecifier } = message.address.value
      if (portSpecifier.case !== 'portValue') throw new ResourceRejected(`${path}.socket_address`, 'has no port_value')
      const port = portSpecifier.value
      if (port > 65_535) throw new ResourceRejected(`${path}.socket_address.port_value`, 'is more than 65535')
      if (!allowsName && isIP(address) === 0) {
        throw new ResourceRejected(`${path}.socket_address.address`, `"${address}" is no IP address`)
      }
      return { kind: 'tcp', host: address, port }
    }
    default:
      throw new ResourceRejected(path, 'has no socket_address or pipe')
  }
}
