import type { EncodingChoice } from '@heddle/engine/compress/choose-encoding'
import type { CompressorPolicy } from '@heddle/engine/compress/compressor-policy'

/** The compressors that one request has passed. All of them go by one choice of coding, made with the head of the answer. */
export type AnswerCodings = {
  /** Each with what of `accept-encoding` it found: the one before may have taken it out. */
  readonly passed: { readonly policy: CompressorPolicy; readonly accept: string | undefined }[]
  choice: EncodingChoice | undefined
}
