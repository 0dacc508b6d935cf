import path from 'node:path'
import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  ApiVersion,
  type ConfigSource as ConfigSourceMessage,
  ConfigSourceSchema,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/config_source_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { decodeGrpcSource, type GrpcSource, sourceText } from './decode-grpc-source.ts'

/** Where resources of one type come from. */
export type ConfigSource = AdsConfigSource | GrpcConfigSource | FileSource

export type AdsConfigSource = {
  readonly kind: 'ads'
  /** `initial_fetch_timeout`: so long is waited for the first answer; 0 for as long as it takes. */
  readonly fetchTimeoutMs: number
}

/** A stream of its own, for one resource or one list. */
export type GrpcConfigSource = GrpcSource & { readonly kind: 'grpc'; readonly fetchTimeoutMs: number }

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
  'api_config_source',
  'path',
  'path_config_source',
  // For a file it says nothing: that is read at once.
  'initial_fetch_timeout',
  'resource_api_version',
])

/** `envoy.config.core.v3.ConfigSource`. */
export function decodeConfigSource(message: ConfigSourceMessage | undefined, at: string): ConfigSource {
  if (message === undefined) throw new ResourceRejected(at, 'is required')
  refuseUnsupported(ConfigSourceSchema, message, supported, at)
  if (message.resourceApiVersion === ApiVersion.V2) {
    throw new ResourceRejected(`${at}.resource_api_version`, 'V2 is not spoken any more')
  }
  const source = message.configSourceSpecifier
  const fetchTimeoutMs = durationMs(message.initialFetchTimeout) ?? fetchTimeoutMsDefault
  switch (source.case) {
    case 'ads':
      return { kind: 'ads', fetchTimeoutMs }
    case 'apiConfigSource':
      return { kind: 'grpc', ...decodeGrpcSource(source.value, `${at}.api_config_source`), fetchTimeoutMs }
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
export function resourceKey(
  kind: 'route' | 'assignment' | 'secret' | 'runtime',
  name: string,
  source: ConfigSource,
): string {
  switch (source.kind) {
    case 'ads':
      return name
    case 'grpc':
      return `${kind} ${name} of ${sourceText(source)}`
    case 'path':
      return `${kind} ${name} of ${source.file}`
  }
}
