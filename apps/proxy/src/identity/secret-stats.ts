/** What has happened to one secret, counted under Envoy's names for a subscription. */
export type SecretStats = {
  attempts: number
  successes: number
  /** Its file could not be read. */
  failures: number
  /** It came and could not be used. */
  rejected: number
  /** Files that it names changed, and could not be used. */
  rotationFailed: number
  fetchTimeouts: number
  updatedAtMs: number
}

export function newSecretStats(): SecretStats {
  return {
    attempts: 0,
    successes: 0,
    failures: 0,
    rejected: 0,
    rotationFailed: 0,
    fetchTimeouts: 0,
    updatedAtMs: 0,
  }
}

export function countUpdate(stats: SecretStats, outcome: 'successes' | 'failures' | 'rejected'): void {
  stats.attempts++
  stats[outcome]++
  if (outcome === 'successes') stats.updatedAtMs = Date.now()
}
