import type { RequestCopy } from '../exchange/request-copy.ts'
import type { HeaderBlock } from '../message/header-block.ts'

/** The copies of one request, each of which has its own pace and end. */
export class SentCopies implements RequestCopy {
  private readonly copies: readonly RequestCopy[]

  constructor(copies: readonly RequestCopy[]) {
    this.copies = copies
  }

  data(chunk: Buffer): void {
    for (const copy of this.copies) copy.data(chunk)
  }

  end(trailers: HeaderBlock | undefined): void {
    for (const copy of this.copies) copy.end(trailers)
  }

  abandon(): void {
    for (const copy of this.copies) copy.abandon()
  }
}
