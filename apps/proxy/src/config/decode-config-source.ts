import path from 'node:path'
import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type ConfigSource as ConfigSourceMessage,
  ConfigSourceSchema,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/config_source_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'

/** Where resources of one type come from. */
export type ConfigSource = AdsConfigSource | FileSource

export type AdsConfigSource = {
  readonly kind: 'ads'
  /** `initial_fetch_timeout`: so long is waited for the first answer; 0 for as long as it takes. */
  readonly fetchTimeoutMs: number
}

export type FileSource = {
  readonly kind: 'path'
  readonly file: string
  readonly directory: string
  /** `watched_directory`: whatever is moved there is a change. Else only the file itself. */
  readonly isDirectoryWatched: boolean
}

/** Envoy's, where `initial_fetch_timeout` says nothing. */
export const fetchTimeoutMsDefault = 15_000

const supported = new Set([
  'ads',
  'path',
  'path_config_source',
  // For a file it says nothing: that is read at once.
  'initial_fetch_timeout',
  'resource_api_version',
])

/** `envoy.config.core.v3.ConfigSource`, of anything but a secret. */
export function decodeConfigSource(message: ConfigSourceMessage | undefined, at: string): ConfigSource {
  if (message === undefined) throw new ResourceRejected(at, 'is required')
  refuseUnsupported(ConfigSourceSchema, message, supported, at)
  const source = message.configSourceSpecifier
  switch (source.case) {
    case 'ads':
      return { kind: 'ads', fetchTimeoutMs: durationMs(message.initialFetchTimeout) ?? fetchTimeoutMsDefault }
    case 'path':
      return fileSource(source.value, undefined, `${at}.path`)
    case 'pathConfigSource':
      return fileSource(source.value.path, source.value.watchedDirectory?.path, `${at}.path_config_source.path`)
    default:
      throw new ResourceRejected(at, 'names no source')
  }
}

function fileSource(file: string, directory: string | undefined, at: string): FileSource {
  if (file === '') throw new ResourceRejected(at, 'must not be empty')
  if (/\.pb_text$/i.test(file)) throw new ResourceRejected(at, `${file}: only YAML, JSON and .pb are supported`)
  const isDirectoryWatched = directory !== undefined && directory !== ''
  return { kind: 'path', file, directory: isDirectoryWatched ? directory : path.dirname(file), isDirectoryWatched }
}

/** What a resource goes by in the configuration: two sources may have one of the same name. */
export function resourceKey(kind: 'route' | 'assignment', name: string, source: ConfigSource): string {
  return source.kind === 'ads' ? name : `${kind} ${name} of ${source.file}`
}
