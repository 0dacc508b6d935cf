import type { EdgeEvidence, SignalWindow } from './stage-signals.ts'

/**
 * How the proxies and edges of a stage were before it was pushed. It is kept with the stage: who leads the rollout later,
 * after a restart or a change of leaders, was not there to hear it. Times in milliseconds since the epoch.
 */
export type StageBaseline = {
  readonly since: number
  readonly until: number
  /** By "<namespace>/<service>". */
  readonly services: Readonly<Record<string, SignalWindow>>
  /** Of those that had requests. */
  readonly edges: Readonly<Record<string, SignalWindow>>
}

/** Each side of an edge reports of its own. */
export function edgeKey({ reporter, edge }: Pick<EdgeEvidence, 'reporter' | 'edge'>): string {
  return `${reporter} ${edge}`
}

/**
 * What was kept lacks the reports that were still on their way; memory lacks what came before it began, or went to another
 * replica. Both are of the same time.
 */
export function fullerWindow(kept: SignalWindow | undefined, remembered: SignalWindow): SignalWindow {
  return kept !== undefined && kept.requests > remembered.requests ? kept : remembered
}
