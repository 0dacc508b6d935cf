import { compileStringMatcher } from '@heddle/engine/match/compile-string-matcher'
import type { StringMatcher } from '@heddle/engine/match/string-matcher'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { type Admin, AdminSchema } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { decodeAccessLogs } from '../config/decode-access-log.ts'
import { decodeAddress } from '../config/decode-address.ts'
import type { SocketAddress } from '../net/socket-address.ts'

/** `envoy.config.bootstrap.v3.Admin`. */
export type AdminSettings = {
  readonly address: SocketAddress
  /** Empty: whatever the place of who asks allows (`apps/proxy/src/admin/admin-access.ts`). */
  readonly allowedPaths: readonly StringMatcher[]
}

const supported = new Set([
  'address',
  'allow_paths',
  // Its connections count towards no limit of the traffic's, and there is no profile to write.
  'ignore_global_conn_limit',
  'profile_path',
  'access_log',
  'access_log_path',
])

/** Undefined without an address: nobody can ask. Throws `ResourceRejected`. */
export function decodeAdmin(message: Admin): AdminSettings | undefined {
  refuseUnsupported(AdminSchema, message, supported, 'admin')
  const logs = [
    message.accessLogPath,
    ...decodeAccessLogs(message.accessLog, 'admin').map((log) => (log.kind === 'file' ? log.path : log.logName || '-')),
  ]
  if (logs.some((path) => path !== '' && path !== '/dev/null')) {
    throw new ResourceRejected(
      'admin.access_log',
      'who asks the admin port is not logged; /dev/null is what can be said',
    )
  }
  if (message.address === undefined) return undefined
  return {
    address: decodeAddress(message.address, 'admin.address'),
    allowedPaths: message.allowPaths.map((each, index) => compileStringMatcher(each, `admin.allow_paths[${index}]`)),
  }
}
