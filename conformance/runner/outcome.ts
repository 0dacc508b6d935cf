/** Everything that could be seen of a scenario, on one side. Ports and names of this run are replaced by placeholders. */
export type Outcome = {
  readonly responses: SeenResponse[]
  readonly connections: Record<string, 'open' | 'closed' | 'reset'>
  readonly upstream: Record<string, SeenUpstream>
  /** Lines of the access log: objects of a JSON format, texts of a text format. */
  log: (Record<string, unknown> | string)[]
  /** What the client saw of the handshakes of its connections. */
  readonly tls: Record<string, SeenHandshake>
  readonly tally: Record<string, number>
  /** How long the steps took. */
  ms: number
}

export type SeenFields = readonly (readonly [name: string, value: string])[]

export type SeenResponse =
  | 'closed'
  | 'timeout'
  | {
      readonly status: number
      readonly reason: string
      readonly headers: SeenFields
      readonly body: string
      readonly trailers: SeenFields
      readonly interims: readonly number[]
      readonly complete: boolean
      readonly ms: number
    }
  | { readonly text: string }
  | SeenFrames

/** What came on a connection of HTTP/2 whose frames the scenario wrote itself. */
export type SeenFrames = {
  readonly statuses: Readonly<Record<string, number>>
  /** Error codes by stream. */
  readonly resets: Readonly<Record<string, string>>
  readonly goaway: string | null
  /** The PING behind the frames was answered. */
  readonly alive: boolean
  /** Of the streams whose bytes were waited for. */
  readonly data: Readonly<Record<string, string>>
  /** Answers that came, whatever they were. */
  readonly served: number
}

export type SeenHandshake = {
  readonly alpn: string
  readonly version: string
  /** The alternative names of the other side's certificate. */
  readonly certificate: string
}

export type SeenUpstream = {
  readonly requests: SeenRequest[]
  readonly handshakes: SeenUpstreamHandshake[]
  connections: number
  bytes: string
}

export type SeenRequest = {
  readonly method: string
  readonly target: string
  readonly headers: SeenFields
  readonly body: string
  readonly trailers: SeenFields
  readonly complete: boolean
}

export type SeenUpstreamHandshake = { readonly sni: string; readonly alpn: string; readonly certificate: string }

export function nothingSeen(): SeenUpstream {
  return { requests: [], handshakes: [], connections: 0, bytes: '' }
}
