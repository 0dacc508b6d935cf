import type { HeaderBlock } from '../message/header-block.ts'

/** What follows the head of a request that is mirrored. Nothing that happens to a copy reaches the exchange. */
export type RequestCopy = {
  /** The chunk is lent. */
  data(chunk: Buffer): void
  end(trailers: HeaderBlock | undefined): void
  /** The request will not become whole. */
  abandon(): void
}
