/** Requests that met one thing of the configuration that a policy may have made. */
export type PolicyTally = {
  /** A route that matched, a rule of authorization that did, a cluster that was chosen, a limit that counted. */
  readonly kind: 'route' | 'rule' | 'cluster' | 'limit'
  readonly name: string
  requests: number
}

/** What a request met. */
export type TalliedRequest = {
  readonly route: { readonly name: string } | undefined
  readonly cluster: { readonly name: string } | undefined
  readonly matchedPolicy: string
}

/** Each configuration may bring new names; what is beyond these is not counted. */
const talliesMax = 5000

/** How often what of the configuration was met. By names, so that a new configuration counts on. */
export class PolicyTallies {
  private readonly known = new Map<string, PolicyTally>()

  all(): Iterable<PolicyTally> {
    return this.known.values()
  }

  /** Those that a request counts in. */
  of({ route, cluster, matchedPolicy }: TalliedRequest): PolicyTally[] {
    const met = [
      this.tally('route', route?.name),
      this.tally('rule', matchedPolicy),
      this.tally('cluster', cluster?.name),
    ]
    return met.filter((each) => each !== undefined)
  }

  /** Others make room: each configuration may bring new names. */
  keepOnly(kept: ReadonlySet<PolicyTally>): void {
    for (const [key, tally] of this.known) if (!kept.has(tally)) this.known.delete(key)
  }

  /** Undefined: it has no name, or there are too many. */
  tally(kind: PolicyTally['kind'], name: string | undefined): PolicyTally | undefined {
    if (name === undefined || name === '') return undefined
    const key = `${kind}|${name}`
    let tally = this.known.get(key)
    if (tally === undefined && this.known.size < talliesMax) {
      tally = { kind, name, requests: 0 }
      this.known.set(key, tally)
    }
    return tally
  }
}
