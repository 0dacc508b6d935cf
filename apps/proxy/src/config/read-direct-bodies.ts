import { readFileSync, statSync } from 'node:fs'
import { directBodyBytesMax } from '@heddle/engine/route/direct-body-bytes-max'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { DataSource } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { RouteConfiguration } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'

/** Puts the bodies of fixed answers that stand in files, or in the environment, into the message: routes are compiled without I/O. */
export function readDirectBodies(message: RouteConfiguration): RouteConfiguration {
  const bytesMax = directBodyBytesMax(message)
  for (const [hostIndex, host] of message.virtualHosts.entries()) {
    for (const [routeIndex, { action }] of host.routes.entries()) {
      if (action.case !== 'directResponse' || action.value.body === undefined) continue
      readInto(action.value.body, `virtual_hosts[${hostIndex}].routes[${routeIndex}].direct_response.body`, bytesMax)
    }
  }
  return message
}

function readInto(source: DataSource, path: string, bytesMax: number): void {
  const { specifier } = source
  switch (specifier.case) {
    case 'filename':
      source.specifier = { case: 'inlineBytes', value: read(specifier.value, `${path}.filename`, bytesMax) }
      break
    case 'environmentVariable': {
      const value = process.env[specifier.value]
      if (value === undefined)
        throw new ResourceRejected(`${path}.environment_variable`, `${specifier.value} is not set`)
      source.specifier = { case: 'inlineString', value }
      break
    }
    default:
  }
}

/** Looked at before it is read: it may be endless. */
function read(file: string, path: string, bytesMax: number): Uint8Array {
  try {
    const { size } = statSync(file)
    if (size > bytesMax) throw new ResourceRejected(path, `${file} has ${size} bytes, more than ${bytesMax}`)
    return readFileSync(file)
  } catch (cause) {
    if (cause instanceof ResourceRejected) throw cause
    throw new ResourceRejected(path, `${file} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? cause}`)
  }
}
