/** A rule as a proxy names it in what it reports: `ns[shop]-policy[payments-callers]-rule[0]`. */
const ruleName = /^ns\[([^\]]+)\]-policy\[([^\]]+)\]-rule\[(\d+)\]$/

export type DecidingPolicy = {
  /** "<Kind>/<namespace>/<name>" */
  readonly object: string
  /** From one on, as people count. */
  readonly rule: number | undefined
}

/** The policy that a request record, or a metric's `matched_policy`, names; undefined when none decided. */
export function decidingPolicy(text: string): DecidingPolicy | undefined {
  const [, namespace, name, index] = ruleName.exec(text) ?? []
  if (index !== undefined) return { object: `AuthorizationPolicy/${namespace}/${name}`, rule: Number(index) + 1 }
  return /^[A-Za-z]+\/[^/]+\/[^/]+$/.test(text) ? { object: text, rule: undefined } : undefined
}
