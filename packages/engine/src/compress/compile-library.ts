import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { TypedExtensionConfig } from '@heddle/shared/xds/generated/envoy/config/core/v3/extension_pb'
import { BrotliSchema } from '@heddle/shared/xds/generated/envoy/extensions/compression/brotli/compressor/v3/brotli_pb'
import { BrotliSchema as BrotliReaderSchema } from '@heddle/shared/xds/generated/envoy/extensions/compression/brotli/decompressor/v3/brotli_pb'
import { GzipSchema } from '@heddle/shared/xds/generated/envoy/extensions/compression/gzip/compressor/v3/gzip_pb'
import { GzipSchema as GzipReaderSchema } from '@heddle/shared/xds/generated/envoy/extensions/compression/gzip/decompressor/v3/gzip_pb'
import { ZstdSchema } from '@heddle/shared/xds/generated/envoy/extensions/compression/zstd/compressor/v3/zstd_pb'
import { ZstdSchema as ZstdReaderSchema } from '@heddle/shared/xds/generated/envoy/extensions/compression/zstd/decompressor/v3/zstd_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { CompressionLibrary, DecompressionLibrary } from './compression-library.ts'

/** `compressor_library`; what it does not say is as in Envoy. */
export function compileCompressionLibrary(config: TypedExtensionConfig | undefined, path: string): CompressionLibrary {
  const { typeName, value } = extensionOf(config, path)
  const at = `${path}.typed_config`
  switch (typeName) {
    case GzipSchema.typeName: {
      const message = fromBinary(GzipSchema, value)
      return {
        coding: 'gzip',
        level: message.compressionLevel === 0 ? -1 : message.compressionLevel,
        memoryLevel: within(message.memoryLevel, 5, 1, 9, `${at}.memory_level`),
        windowBits: within(message.windowBits, 12, 9, 15, `${at}.window_bits`),
        strategy: message.compressionStrategy,
        chunkBytes: chunkBytesOf(message, at),
      }
    }
    case BrotliSchema.typeName: {
      const message = fromBinary(BrotliSchema, value)
      return {
        coding: 'br',
        quality: within(message.quality, 3, 0, 11, `${at}.quality`),
        // DEFAULT and GENERIC are one.
        mode: Math.max(0, message.encoderMode - 1),
        windowBits: within(message.windowBits, 18, 10, 24, `${at}.window_bits`),
        blockBits: within(message.inputBlockBits, 24, 16, 24, `${at}.input_block_bits`),
        withoutLiteralContext: message.disableLiteralContextModeling,
        chunkBytes: chunkBytesOf(message, at),
      }
    }
    case ZstdSchema.typeName: {
      const message = only(ZstdSchema, value, ['compression_level', 'enable_checksum', 'strategy', 'chunk_size'], at)
      return {
        coding: 'zstd',
        level: within(message.compressionLevel, 3, 0, 22, `${at}.compression_level`),
        hasChecksum: message.enableChecksum,
        strategy: message.strategy,
        chunkBytes: chunkBytesOf(message, at),
      }
    }
    default:
      throw new ResourceRejected(at, `${typeName} is not supported; Gzip, Brotli and Zstd are`)
  }
}

/** `decompressor_library`. */
export function compileDecompressionLibrary(
  config: TypedExtensionConfig | undefined,
  path: string,
): DecompressionLibrary {
  const { typeName, value } = extensionOf(config, path)
  const at = `${path}.typed_config`
  switch (typeName) {
    case GzipReaderSchema.typeName: {
      const message = fromBinary(GzipReaderSchema, value)
      return {
        coding: 'gzip',
        windowBits: within(message.windowBits, 15, 9, 15, `${at}.window_bits`),
        ratioMax: within(message.maxInflateRatio, usualRatioMax, 1, 1032, `${at}.max_inflate_ratio`),
        chunkBytes: chunkBytesOf(message, at),
      }
    }
    case BrotliReaderSchema.typeName: {
      // How the ring buffer grows is the library's own matter.
      const message = fromBinary(BrotliReaderSchema, value)
      return { coding: 'br', windowBits: 0, ratioMax: usualRatioMax, chunkBytes: chunkBytesOf(message, at) }
    }
    case ZstdReaderSchema.typeName: {
      const message = only(ZstdReaderSchema, value, ['chunk_size'], at)
      return { coding: 'zstd', windowBits: 0, ratioMax: usualRatioMax, chunkBytes: chunkBytesOf(message, at) }
    }
    default:
      throw new ResourceRejected(at, `${typeName} is not supported; Gzip, Brotli and Zstd are`)
  }
}

/** As in Envoy: what text grows by is far below, what only repeats itself far above. */
const usualRatioMax = 100

function extensionOf(config: TypedExtensionConfig | undefined, path: string): { typeName: string; value: Uint8Array } {
  if (config === undefined) throw new ResourceRejected(path, 'is required')
  if (config.name === '') throw new ResourceRejected(`${path}.name`, 'must not be empty')
  if (config.typedConfig === undefined) throw new ResourceRejected(`${path}.typed_config`, 'is required')
  const { typeUrl, value } = config.typedConfig
  return { typeName: typeUrl.slice(typeUrl.lastIndexOf('/') + 1), value }
}

function only<Schema extends DescMessage>(
  schema: Schema,
  value: Uint8Array,
  supported: readonly string[],
  path: string,
): MessageShape<Schema> {
  const message = fromBinary(schema, value)
  refuseUnsupported(schema, message, new Set(supported), path)
  return message
}

function chunkBytesOf({ chunkSize }: { readonly chunkSize?: number | undefined }, path: string): number {
  return within(chunkSize, 4096, 4096, 65_536, `${path}.chunk_size`)
}

function within(value: number | undefined, usual: number, least: number, most: number, path: string): number {
  if (value === undefined) return usual
  if (value < least || value > most) throw new ResourceRejected(path, `must be from ${least} to ${most}`)
  return value
}
