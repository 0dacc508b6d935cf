import type { Coding } from '@heddle/engine/compress/compression-library'
import type { CodedBytes, CompressorCounts } from '../counts/compression-counts.ts'
import type { TrafficCounts } from '../counts/traffic-counts.ts'
import { counters, httpScope, type Stat } from './stat.ts'

/** `http.<stat_prefix>.compressor` and `decompressor`. */
export function compressionStats({ compression }: TrafficCounts): Stat[] {
  return [...compression].flatMap(([prefix, { compressors, decompressors }]) => [
    ...[...compressors].flatMap(([name, counts]) => ofCompressor(prefix, `compressor.${name}.`, counts)),
    ...[...decompressors].flatMap(([name, { coding, request, response }]) => [
      ...counters(httpScope(prefix), errorsOf(`decompressor.${name}.decompressor_library.`, coding, request, response)),
      ...ofDecompressor(prefix, `decompressor.${name}.request.`, request),
      ...ofDecompressor(prefix, `decompressor.${name}.response.`, response),
    ]),
  ])
}

function ofCompressor(prefix: string, name: string, counts: CompressorCounts): Stat[] {
  const { accept, request, response, hasResponseScope, leftTagged } = counts
  return [
    ...ofDirection(prefix, `${name}request.`, request),
    ...ofDirection(prefix, hasResponseScope ? `${name}response.` : name, response),
    ...counters(httpScope(prefix), {
      [`${name}no_accept_header`]: accept.none,
      [`${name}header_identity`]: accept.identity,
      [`${name}header_compressor_used`]: accept.used,
      [`${name}header_compressor_overshadowed`]: accept.overshadowed,
      [`${name}header_wildcard`]: accept.wildcard,
      [`${name}header_not_valid`]: accept.notValid,
      [`${name}not_compressed_etag`]: leftTagged,
    }),
  ]
}

function ofDirection(prefix: string, name: string, { coded, left, tooShort, bytesIn, bytesOut }: CodedBytes): Stat[] {
  return counters(httpScope(prefix), {
    [`${name}compressed`]: coded,
    [`${name}not_compressed`]: left,
    [`${name}total_uncompressed_bytes`]: bytesIn,
    [`${name}total_compressed_bytes`]: bytesOut,
    [`${name}content_length_too_small`]: tooShort,
  })
}

function ofDecompressor(prefix: string, name: string, { coded, left, bytesIn, bytesOut }: CodedBytes): Stat[] {
  return counters(httpScope(prefix), {
    [`${name}decompressed`]: coded,
    [`${name}not_decompressed`]: left,
    [`${name}total_uncompressed_bytes`]: bytesOut,
    [`${name}total_compressed_bytes`]: bytesIn,
  })
}

/** By the words of Envoy's libraries; what cannot happen here stands at 0. */
function errorsOf(name: string, coding: Coding, request: CodedBytes, response: CodedBytes): Record<string, number> {
  const bad = request.bad + response.bad
  const tooLarge = request.tooLarge + response.tooLarge
  switch (coding) {
    case 'gzip':
      return {
        [`${name}zlib_buf_error`]: 0,
        [`${name}zlib_data_error`]: bad + tooLarge,
        [`${name}zlib_errno`]: 0,
        [`${name}zlib_mem_error`]: 0,
        [`${name}zlib_stream_error`]: 0,
        [`${name}zlib_version_error`]: 0,
      }
    case 'br':
      return {
        [`${name}brotli_error`]: bad,
        [`${name}brotli_output_overflow`]: tooLarge,
        [`${name}brotli_redundant_input`]: 0,
      }
    case 'zstd':
      return {
        [`${name}zstd_checksum_wrong_error`]: 0,
        [`${name}zstd_dictionary_error`]: 0,
        [`${name}zstd_generic_error`]: bad + tooLarge,
        [`${name}zstd_memory_error`]: 0,
      }
  }
}
