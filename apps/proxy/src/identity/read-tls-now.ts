import type { TlsClientConfig } from '../config/tls-config.ts'
import type { SecretConfig, SecretContent, SecretRef } from '../config/tls-secret.ts'
import { fillTls } from './fill-tls.ts'
import { parsePathSecret, readSecretFile } from './read-path-secret.ts'

/**
 * A TLS context with its secrets as they are at this moment: for the connection to the control plane, which is opened
 * seldom enough that nothing need be watched for it.
 */
export function readTlsNow(tls: TlsClientConfig, secrets: ReadonlyMap<string, SecretConfig>): TlsClientConfig {
  return fillTls(tls, (ref) => contentNow(ref, secrets))
}

function contentNow(ref: SecretRef, secrets: ReadonlyMap<string, SecretConfig>): SecretContent | undefined {
  switch (ref.kind) {
    case 'own':
      return readOrKnown(ref.secret)
    case 'static': {
      const secret = secrets.get(ref.name)
      return secret && readOrKnown(secret)
    }
    case 'path':
      try {
        return parsePathSecret(readSecretFile(ref.file), ref.name).content
      } catch {
        return undefined
      }
    case 'xds':
      return undefined
  }
}

function readOrKnown(secret: SecretConfig): SecretContent {
  try {
    return secret.read()
  } catch {
    return secret.content
  }
}
