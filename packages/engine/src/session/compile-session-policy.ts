import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { StatefulSession } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/stateful_session/v3/stateful_session_pb'
import { CookieBasedSessionStateSchema } from '@heddle/shared/xds/generated/envoy/extensions/http/stateful_session/cookie/v3/cookie_pb'
import { HeaderBasedSessionStateSchema } from '@heddle/shared/xds/generated/envoy/extensions/http/stateful_session/header/v3/header_pb'
import { durationMs } from '../duration-ms.ts'
import type { SessionPolicy } from './session-policy.ts'

/** Undefined for a filter that leaves it to the routes. */
export function compileSessionPolicy(message: StatefulSession, path: string): SessionPolicy | undefined {
  const config = message.sessionState?.typedConfig
  if (config === undefined) return undefined
  return { state: stateOf(config.typeUrl, config.value, `${path}.session_state`), isStrict: message.strict }
}

function stateOf(typeUrl: string, value: Uint8Array, path: string): SessionPolicy['state'] {
  switch (typeUrl.slice(typeUrl.lastIndexOf('/') + 1)) {
    case CookieBasedSessionStateSchema.typeName: {
      const { cookie } = fromBinary(CookieBasedSessionStateSchema, value)
      if (cookie === undefined) throw new ResourceRejected(`${path}.cookie`, 'is required')
      if (!isToken.test(cookie.name)) throw new ResourceRejected(`${path}.cookie.name`, `"${cookie.name}" is no name`)
      if (/[;\r\n]/.test(cookie.path)) throw new ResourceRejected(`${path}.cookie.path`, 'holds what no path can')
      const ttlMs = durationMs(cookie.ttl) ?? 0
      if (ttlMs < 0) throw new ResourceRejected(`${path}.cookie.ttl`, 'must not be negative')
      return { kind: 'cookie', name: cookie.name, path: cookie.path, ttlS: Math.floor(ttlMs / 1000) }
    }
    case HeaderBasedSessionStateSchema.typeName: {
      const { name } = fromBinary(HeaderBasedSessionStateSchema, value)
      if (!isToken.test(name)) throw new ResourceRejected(`${path}.name`, `"${name}" is no header name`)
      return { kind: 'header', name: name.toLowerCase() }
    }
    default:
      throw new ResourceRejected(path, `session state ${typeUrl} is not supported yet`)
  }
}

/** RFC 9110 §5.6.2. */
const isToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
