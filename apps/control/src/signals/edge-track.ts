import type { RevisionTrack } from './revision-track.ts'
import type { SignalTrack } from './signal-track.ts'

/** What tells one track of requests from another. */
export type EdgeIdentity = {
  readonly reporter: 'source' | 'destination'
  readonly source: { readonly namespace: string; readonly service: string }
  readonly destination: { readonly namespace: string; readonly service: string; readonly version: string }
  readonly protocol: 'http' | 'grpc' | 'tcp'
}

export type EdgeTrack = EdgeIdentity & {
  readonly track: SignalTrack
  readonly byRevision: RevisionTrack
}
