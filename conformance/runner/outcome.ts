/** Everything that could be seen of a scenario, on one side. Ports and names of this run are replaced by placeholders. */
export type Outcome = {
  readonly responses: SeenResponse[]
  readonly connections: Record<string, 'open' | 'closed' | 'reset'>
  readonly upstream: Record<string, SeenUpstream>
  /** Lines of the access log: objects of a JSON format, texts of a text format. */
  log: (Record<string, unknown> | string)[]
  readonly tally: Record<string, number>
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

export type SeenUpstream = {
  readonly requests: SeenRequest[]
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
