import type { HeaderEdit } from '@heddle/engine/mutate/header-edit'
import type { LogFilter } from '../format/log-filter.ts'
import type { LogText } from '../format/log-text.ts'

/** `local_reply_config`: what the proxy's own answers look like. */
export type LocalReplyConfig = {
  /** The first whose filter takes the answer changes it. */
  readonly mappers: readonly ReplyMapper[]
  /** Where the mapper has none of its own; undefined: the body is what the proxy says. */
  readonly format: BodyFormat | undefined
}

/** `ResponseMapper`. What is undefined stays as it is. */
export type ReplyMapper = {
  readonly filter: LogFilter
  readonly status: number | undefined
  readonly body: string | undefined
  readonly edits: readonly HeaderEdit[]
  readonly format: BodyFormat | undefined
}

export type BodyFormat = { readonly contentType: string; readonly text: LogText }
