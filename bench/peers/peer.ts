/** A proxy that the benchmark can run: it listens on loopback and forwards to one upstream. */
export type Peer = {
  readonly name: string
  /** Why it cannot run here; undefined when it can. */
  readonly missing: () => string | undefined
  /** Writes its configuration into the folder and gives the command to run. */
  readonly command: (setup: PeerSetup) => readonly string[]
}

export type PeerSetup = {
  readonly folder: string
  readonly listenPort: number
  readonly upstreamPort: number
  readonly adminPort: number
}
