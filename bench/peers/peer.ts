import type { PeerSetup, Scenario } from '../scenarios/scenario.ts'

/** A proxy that the benchmark can run: it listens on loopback and forwards to one upstream. */
export type Peer = {
  readonly name: string
  /** Why it cannot run here; undefined when it can. */
  readonly missing: () => string | undefined
  /** Writes its configuration into the folder; undefined when the scenario has none for it. */
  readonly command: (scenario: Scenario, setup: PeerSetup) => PeerCommand | undefined
}

export type PeerCommand = { readonly argv: readonly string[]; readonly env?: Readonly<Record<string, string>> }
