import path from 'node:path'
import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { SdsSecretConfig } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb'
import { decodeConfigSource, fetchTimeoutMsDefault, resourceKey } from './decode-config-source.ts'
import type { SecretRef } from './tls-secret.ts'

/** Where a TLS context finds a secret. Without an `sds_config` it is one of the bootstrap's. */
export function decodeSecretRef({ name, sdsConfig }: SdsSecretConfig, at: string): SecretRef {
  if (name === '') throw new ResourceRejected(`${at}.name`, 'must not be empty')
  if (sdsConfig === undefined) return { kind: 'static', name }
  const fetchTimeoutMs = durationMs(sdsConfig.initialFetchTimeout) ?? fetchTimeoutMsDefault
  const source = sdsConfig.configSourceSpecifier
  switch (source.case) {
    case 'ads':
    case 'apiConfigSource': {
      const decoded = decodeConfigSource(sdsConfig, `${at}.sds_config`)
      if (decoded.kind === 'path') break
      return { kind: 'xds', name, key: resourceKey('secret', name, decoded), source: decoded, fetchTimeoutMs }
    }
    case 'pathConfigSource': {
      const { path: file, watchedDirectory } = source.value
      if (file === '') throw new ResourceRejected(`${at}.sds_config.path_config_source.path`, 'must not be empty')
      return { kind: 'path', name, file, directory: watchedDirectory?.path || path.dirname(file), fetchTimeoutMs }
    }
    case 'path':
      return { kind: 'path', name, file: source.value, directory: path.dirname(source.value), fetchTimeoutMs }
    default:
      break
  }
  throw new ResourceRejected(`${at}.sds_config`, 'only ads, api_config_source and path_config_source are supported')
}
