import type { Coding } from '@heddle/engine/compress/compression-library'

/** Bodies of one direction that a compressor or decompressor has seen. */
export type CodedBytes = {
  coded: number
  left: number
  /** Not worth it. */
  tooShort: number
  bytesIn: number
  bytesOut: number
  /** What could not be read, and what grew too much. */
  bad: number
  tooLarge: number
}

/** One compressor, by its name within its HTTP chain. */
export type CompressorCounts = {
  readonly hasResponseScope: boolean
  readonly request: CodedBytes
  readonly response: CodedBytes
  /** Answers by what of `accept-encoding` decided on them. */
  readonly accept: {
    none: number
    used: number
    overshadowed: number
    identity: number
    wildcard: number
    notValid: number
  }
  leftTagged: number
}

export type DecompressorCounts = {
  readonly coding: Coding
  readonly request: CodedBytes
  readonly response: CodedBytes
}

/** What the compressors and decompressors of one HTTP chain have done. */
export class CompressionCounts {
  readonly compressors = new Map<string, CompressorCounts>()
  readonly decompressors = new Map<string, DecompressorCounts>()

  compressor(name: string, hasResponseScope: boolean): CompressorCounts {
    const known = this.compressors.get(name)
    if (known !== undefined) return known
    const made = {
      hasResponseScope,
      request: noBytes(),
      response: noBytes(),
      accept: { none: 0, used: 0, overshadowed: 0, identity: 0, wildcard: 0, notValid: 0 },
      leftTagged: 0,
    }
    this.compressors.set(name, made)
    return made
  }

  decompressor(name: string, coding: Coding): DecompressorCounts {
    const known = this.decompressors.get(name)
    if (known !== undefined) return known
    const made = { coding, request: noBytes(), response: noBytes() }
    this.decompressors.set(name, made)
    return made
  }
}

function noBytes(): CodedBytes {
  return { coded: 0, left: 0, tooShort: 0, bytesIn: 0, bytesOut: 0, bad: 0, tooLarge: 0 }
}
