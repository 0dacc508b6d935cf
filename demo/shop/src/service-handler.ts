import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Call } from './call.ts'
import type { Noise } from './noise.ts'

/** One of the shop's services: its noise and its routes. */
export type ShopService = {
  readonly noise: (version: string) => Noise
  /** "GET /products" → handler; a path segment ":id" matches anything. */
  readonly routes: Readonly<Record<string, RouteHandler>>
}

export type RouteHandler = (context: {
  readonly call: Call
  readonly version: string
  readonly params: Readonly<Record<string, string>>
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly random: () => number
}) => Promise<void> | void
