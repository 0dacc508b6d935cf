import type { RedirectTrail } from '@heddle/engine/route/internal-redirect'
import type { HeaderBlock } from '../message/header-block.ts'

/** The request that a redirect leads to; what it does not say is as in the one before. */
export type RedirectedRequest = {
  readonly scheme: string
  readonly host: string
  readonly authority: string
  readonly authorityPort: number
  readonly path: string
  readonly query: string
  readonly endsInMark: boolean
  readonly method: string
  readonly headers: HeaderBlock
  readonly keepsBody: boolean
  readonly trail: RedirectTrail
}
