import { readFileSync, statSync } from 'node:fs'
import { fromBinary } from '@bufbuild/protobuf'
import {
  type DiscoveryResponse,
  DiscoveryResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import { parseProtoText } from '../config/parse-proto-text.ts'

const bytesMax = 64 * 1024 * 1024

/** A file with a DiscoveryResponse, in YAML, JSON, or binary where its name ends with `.pb`. Throws an `Error` with the reason. */
export function readResponseFile(file: string): DiscoveryResponse {
  if (statSync(file).size > bytesMax) throw new Error('larger than 64 MiB')
  const bytes = readFileSync(file)
  if (/\.pb$/i.test(file)) return fromBinary(DiscoveryResponseSchema, bytes)
  return parseProtoText(DiscoveryResponseSchema, bytes.toString('utf8'))
}
