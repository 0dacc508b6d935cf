import type { Transform } from 'node:stream'
import type { CompressionLibrary, DecompressionLibrary } from '@heddle/engine/compress/compression-library'

/** Who uses a coder. Nothing of it is called any more when it is stopped. */
export type CoderEvents = {
  onCoded(chunk: Buffer): void
  /** More may be written. */
  onCoderRoom(): void
  onCoderEnd(): void
  /** What was written is not what it should be, or is meant to do harm. */
  onCoderFailed(reason: 'bad' | 'tooLarge'): void
}

/**
 * Writes a body in another coding: what goes in comes out a little later, from a thread that is not the one of traffic. Of what
 * comes no more than a few pieces are here at a time: each says when it takes no more.
 */
export class BodyCoder {
  private readonly stream: Transform
  private readonly events: CoderEvents
  private readonly ratioMax: number
  private isFull = false
  bytesIn = 0
  bytesOut = 0

  constructor(stream: Transform, ratioMax: number, events: CoderEvents) {
    this.stream = stream
    this.events = events
    this.ratioMax = ratioMax
    stream.on('data', (chunk: Buffer) => this.coded(chunk))
    stream.on('drain', () => {
      this.isFull = false
      events.onCoderRoom()
    })
    stream.on('end', () => events.onCoderEnd())
    stream.on('error', () => events.onCoderFailed('bad'))
  }

  /** False: no more until `onCoderRoom`. The chunk is lent. */
  write(chunk: Buffer): boolean {
    this.bytesIn += chunk.length
    this.isFull = !this.stream.write(Buffer.from(chunk))
    return !this.isFull
  }

  end(): void {
    this.stream.end()
  }

  hold(): void {
    this.stream.pause()
  }

  release(): void {
    this.stream.resume()
  }

  stop(): void {
    this.stream.removeAllListeners()
    // What it still says of its own end is nobody's matter.
    this.stream.on('error', () => {})
    this.stream.destroy()
  }

  private coded(chunk: Buffer): void {
    this.bytesOut += chunk.length
    if (this.bytesOut > this.bytesIn * this.ratioMax) this.events.onCoderFailed('tooLarge')
    else this.events.onCoded(chunk)
  }
}

/** Each piece comes out as far as it went in: who waits for an event of a stream gets it now. */
export function newCompressor(library: CompressionLibrary): Transform {
  const zlib = zlibLibrary()
  const { constants } = zlib
  const chunkSize = library.chunkBytes
  switch (library.coding) {
    case 'gzip': {
      const { level, memoryLevel: memLevel, windowBits, strategy } = library
      return zlib.createGzip({ level, memLevel, windowBits, strategy, chunkSize, flush: constants.Z_SYNC_FLUSH })
    }
    case 'br':
      return zlib.createBrotliCompress({
        chunkSize,
        flush: constants.BROTLI_OPERATION_FLUSH,
        params: {
          [constants.BROTLI_PARAM_QUALITY]: library.quality,
          [constants.BROTLI_PARAM_MODE]: library.mode,
          [constants.BROTLI_PARAM_LGWIN]: library.windowBits,
          [constants.BROTLI_PARAM_LGBLOCK]: library.blockBits,
          [constants.BROTLI_PARAM_DISABLE_LITERAL_CONTEXT_MODELING]: library.withoutLiteralContext,
        },
      })
    case 'zstd':
      return zlib.createZstdCompress({
        chunkSize,
        flush: constants.ZSTD_e_flush,
        params: {
          [constants.ZSTD_c_compressionLevel]: library.level,
          [constants.ZSTD_c_checksumFlag]: library.hasChecksum ? 1 : 0,
          ...(library.strategy === 0 ? {} : { [constants.ZSTD_c_strategy]: library.strategy }),
        },
      })
  }
}

export function newDecompressor({ coding, windowBits, chunkBytes: chunkSize }: DecompressionLibrary): Transform {
  const zlib = zlibLibrary()
  switch (coding) {
    case 'gzip':
      return zlib.createGunzip({ windowBits, chunkSize })
    case 'br':
      return zlib.createBrotliDecompress({ chunkSize })
    case 'zstd':
      return zlib.createZstdDecompress({ chunkSize })
  }
}

/** Loaded with the first body that needs it. */
function zlibLibrary(): typeof import('node:zlib') {
  return process.getBuiltinModule('node:zlib')
}
