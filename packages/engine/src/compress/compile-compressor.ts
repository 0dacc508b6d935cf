import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Compressor_CommonDirectionConfig as Common,
  Compressor_CommonDirectionConfigSchema as CommonSchema,
  type Compressor,
  CompressorOverridesSchema,
  type CompressorPerRoute,
  type Compressor_ResponseDirectionConfig as Response,
  Compressor_ResponseDirectionConfigSchema as ResponseSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/compressor/v3/compressor_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { lowerAscii } from '../match/ascii-case.ts'
import { compileStringMatcher } from '../match/compile-string-matcher.ts'
import { runtimeFlagOf } from '../runtime/share.ts'
import { compileCompressionLibrary } from './compile-library.ts'
import {
  type CompressedDirection,
  type CompressorOverride,
  type CompressorPolicy,
  statNameOf,
} from './compressor-policy.ts'

const supportedResponse = new Set([
  'common_config',
  'disable_on_etag_header',
  'weaken_etag_on_compress',
  'remove_accept_encoding_header',
  'uncompressible_response_codes',
])

export function compileCompressor(message: Compressor, path: string): CompressorPolicy {
  const library = compileCompressionLibrary(message.compressorLibrary, `${path}.compressor_library`)
  const { requestDirectionConfig: request, responseDirectionConfig: response } = message
  const at = `${path}.response_direction_config`
  if (response !== undefined) refuseUnsupported(ResponseSchema, response, supportedResponse, at)
  return {
    library,
    statName: statNameOf(message.compressorLibrary?.name ?? '', library.coding),
    hasResponseScope: response !== undefined,
    request: {
      ...directionOf(request?.commonConfig, `${path}.request_direction_config.common_config`),
      // Without a part of its own nothing becomes of requests.
      ...(request === undefined ? { enabled: { key: '', isOn: false } } : {}),
    },
    response: response === undefined ? olderResponse(message) : responseOf(response, at),
    choosesFirst: message.chooseFirst,
  }
}

function responseOf(response: Response, path: string): CompressorPolicy['response'] {
  for (const [index, status] of response.uncompressibleResponseCodes.entries()) {
    if (status < 200 || status > 599) {
      throw new ResourceRejected(`${path}.uncompressible_response_codes[${index}]`, 'must be from 200 to 599')
    }
  }
  return {
    ...directionOf(response.commonConfig, `${path}.common_config`),
    // Weakening comes before leaving out.
    leavesTagged: response.disableOnEtagHeader && !response.weakenEtagOnCompress,
    weakensTags: response.weakenEtagOnCompress,
    removesAcceptEncoding: response.removeAcceptEncodingHeader,
    statusesLeft: new Set(response.uncompressibleResponseCodes),
  }
}

/** What stood beside the library before there were two directions. */
function olderResponse(message: Compressor): CompressorPolicy['response'] {
  return {
    enabled: runtimeFlagOf(message.runtimeEnabled),
    bytesMin: message.contentLength || usualBytesMin,
    types: { names: namesOf(message.contentType), matchers: [] },
    leavesTagged: message.disableOnEtagHeader,
    weakensTags: false,
    removesAcceptEncoding: message.removeAcceptEncodingHeader,
    statusesLeft: new Set(),
  }
}

function directionOf(common: Common | undefined, path: string): CompressedDirection {
  if (common !== undefined) refuseUnsupported(CommonSchema, common, supportedCommon, path)
  return {
    enabled: runtimeFlagOf(common?.enabled),
    bytesMin: common?.minContentLength || usualBytesMin,
    types: {
      names: namesOf(common?.contentType ?? []),
      matchers: (common?.contentTypeMatcher ?? []).map((each, index) =>
        compileStringMatcher(each, `${path}.content_type_matcher[${index}]`),
      ),
    },
  }
}

const supportedCommon = new Set(['enabled', 'min_content_length', 'content_type', 'content_type_matcher'])
const usualBytesMin = 30

export function compileCompressorOverride({ override }: CompressorPerRoute, path: string): CompressorOverride {
  if (override.case === undefined) throw new ResourceRejected(path, 'neither disables nor configures')
  if (override.case === 'disabled') {
    if (!override.value) throw new ResourceRejected(`${path}.disabled`, 'must be true')
    return { compressesAnswers: false, removesAcceptEncoding: undefined }
  }
  const { value } = override
  refuseUnsupported(CompressorOverridesSchema, value, new Set(['response_direction_config']), `${path}.overrides`)
  return {
    compressesAnswers: value.responseDirectionConfig === undefined ? undefined : true,
    removesAcceptEncoding: value.responseDirectionConfig?.removeAcceptEncodingHeader,
  }
}

function namesOf(types: readonly string[]): ReadonlySet<string> {
  return types.length === 0 ? usualTypes : new Set(types.map(lowerAscii))
}

/** Envoy's. */
const usualTypes: ReadonlySet<string> = new Set([
  'text/html',
  'text/plain',
  'text/css',
  'application/javascript',
  'application/x-javascript',
  'text/javascript',
  'text/x-javascript',
  'text/ecmascript',
  'text/js',
  'text/jscript',
  'text/x-js',
  'application/ecmascript',
  'application/x-json',
  'application/xml',
  'application/json',
  'image/svg+xml',
  'text/xml',
  'application/xhtml+xml',
  'application/grpc-web',
  'application/grpc-web+proto',
])
