/** Something that a proxy does not do because its bootstrap leaves it out: what follows, and how to mend it. */
export type BootstrapGap = {
  readonly code: 'no_telemetry' | 'no_mesh_limits'
  readonly message: string
  readonly fix: string
}

/**
 * What follows from the clusters that a bootstrap's `node.metadata` does not name. Without RATE_LIMITS a proxy asks through
 * the TELEMETRY cluster, which older files name alone.
 */
export function bootstrapGaps(names: {
  readonly telemetry: string | undefined
  readonly rateLimits: string | undefined
}): BootstrapGap[] {
  const gaps: BootstrapGap[] = []
  if (names.telemetry === undefined) {
    gaps.push({
      code: 'no_telemetry',
      message: 'it reports nothing: the graph does not show what it carries, and rollouts are judged without it',
      fix: 'name a cluster of the bootstrap in node.metadata.TELEMETRY.cluster, as `heddle proxy-bootstrap` does, and start it again',
    })
  }
  if ((names.rateLimits ?? names.telemetry) === undefined) {
    gaps.push({
      code: 'no_mesh_limits',
      message: 'it cannot ask for counts that instances share: limits of the mesh do not hold at it',
      fix: 'name a cluster of the bootstrap in node.metadata.RATE_LIMITS.cluster, as `heddle proxy-bootstrap` does, and start it again',
    })
  }
  return gaps
}
