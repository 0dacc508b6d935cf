/** A rule as a proxy names it in what it reports: `ns[shop]-policy[payments-callers]-rule[0]`. */
const ruleName = /^ns\[([^\]]+)\]-policy\[([^\]]+)\]-rule\[(\d+)\]$/

export type MatchedPolicy = {
  /** "<Kind>/<namespace>/<name>" */
  readonly object: string
  /** From one on, as people count. */
  readonly rule: number | undefined
}

/** The policy that decided on a request; undefined when none did. */
export function matchedPolicy(text: string): MatchedPolicy | undefined {
  const [, namespace, name, index] = ruleName.exec(text) ?? []
  if (index !== undefined) return { object: `AuthorizationPolicy/${namespace}/${name}`, rule: Number(index) + 1 }
  return /^[A-Za-z]+\/[^/]+\/[^/]+$/.test(text) ? { object: text, rule: undefined } : undefined
}
