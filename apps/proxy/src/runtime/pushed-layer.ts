import type { JsonObject } from '@bufbuild/protobuf'

/** What a layer says that does not stand in the bootstrap, as workers tell it to each other. */
export type PushedLayer = {
  /** Which of the bootstrap's layers it is. */
  readonly position: number
  readonly values: JsonObject
}
