import type { HeaderBlock } from './header-block.ts'

/** What a client is told whose head the codec refused. */
export type RefusalAnswer = { readonly status: number; readonly headers: HeaderBlock; readonly body: Buffer }
