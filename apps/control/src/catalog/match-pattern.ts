/** Istio's matching of names: exact, "prefix*", "*suffix", or "*" for anything that is there. */
export function matchesPattern(pattern: string, value: string): boolean {
  if (pattern === '*') return value !== ''
  if (pattern.endsWith('*')) return value.startsWith(pattern.slice(0, -1))
  if (pattern.startsWith('*')) return value.endsWith(pattern.slice(1))
  return value === pattern
}
