/** Node's TLS, loaded with the first connection that needs it: a sidecar without it is 3 MB smaller (docs/decisions/0012). */
export function tlsLibrary(): typeof import('node:tls') {
  return process.getBuiltinModule('node:tls')
}
