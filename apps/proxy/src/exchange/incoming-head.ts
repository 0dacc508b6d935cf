import type { HeaderBlock } from '../message/header-block.ts'
import type { HttpExchange } from './http-exchange.ts'

/** A request head as the codec gives it. */
export type IncomingHead = {
  readonly method: string
  readonly target: string
  readonly majorVersion: number
  readonly minorVersion: number
  readonly headers: HeaderBlock
  readonly host: string
  readonly framing: HttpExchange['requestFraming']
  readonly contentLength: number
  readonly upgrade: string
}

/** Who asks for what; a head that was refused half way may have no more. */
export function takeHead(exchange: HttpExchange, head: IncomingHead): void {
  exchange.headers = head.headers
  exchange.method = head.method
  exchange.host = head.host
  exchange.majorVersion = head.majorVersion
  exchange.minorVersion = head.minorVersion
}
