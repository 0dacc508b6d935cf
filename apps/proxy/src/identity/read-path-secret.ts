import { readFileSync, statSync } from 'node:fs'
import { fromBinary } from '@bufbuild/protobuf'
import { SecretSchema } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb'
import { DiscoveryResponseSchema } from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import { decodeSecret } from '../config/decode-tls-secret.ts'
import { parseProtoText } from '../config/parse-proto-text.ts'
import type { SecretConfig } from '../config/tls-secret.ts'

const bytesMax = 4 * 1024 * 1024

/** The text of a file with a DiscoveryResponse. Throws when it is gone or too large. */
export function readSecretFile(file: string): string {
  if (statSync(file).size > bytesMax) throw new Error('larger than 4 MiB')
  return readFileSync(file, 'utf8')
}

/** The secret of this name in such a file. Throws with a reason that says nothing of what stands there. */
export function parsePathSecret(text: string, name: string): SecretConfig {
  for (const { typeUrl, value } of parse(text).resources) {
    if (typeUrl.slice(typeUrl.lastIndexOf('/') + 1) !== SecretSchema.typeName) continue
    const secret = fromBinary(SecretSchema, value)
    if (secret.name === name) return decodeSecret(secret)
  }
  throw new Error(`has no secret "${name}"`)
}

function parse(text: string) {
  try {
    return parseProtoText(DiscoveryResponseSchema, text)
  } catch {
    // The reason may quote the text, and the text may be a key.
    throw new Error('is no DiscoveryResponse in YAML or JSON')
  }
}
