/** How bodies are written: which coding, and how hard one tries. */
export type CompressionLibrary =
  | {
      readonly coding: 'gzip'
      readonly level: number
      readonly memoryLevel: number
      readonly windowBits: number
      readonly strategy: number
      readonly chunkBytes: number
    }
  | {
      readonly coding: 'br'
      readonly quality: number
      readonly mode: number
      readonly windowBits: number
      readonly blockBits: number
      readonly withoutLiteralContext: boolean
      readonly chunkBytes: number
    }
  | {
      readonly coding: 'zstd'
      readonly level: number
      readonly hasChecksum: boolean
      /** 0 leaves it to the level. */
      readonly strategy: number
      readonly chunkBytes: number
    }

/** How they are read. */
export type DecompressionLibrary = {
  readonly coding: Coding
  /** Of gzip: the largest window that is taken. */
  readonly windowBits: number
  /** A body that grows more than so many times is one that is meant to do harm. */
  readonly ratioMax: number
  readonly chunkBytes: number
}

/** As `content-encoding` names them (RFC 9110 §8.4.1). */
export type Coding = 'gzip' | 'br' | 'zstd'

/** As statistics name them. */
export const statNames = { gzip: 'gzip', br: 'brotli', zstd: 'zstd' } as const satisfies Record<Coding, string>
