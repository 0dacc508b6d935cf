/** One line of JSON on standard error for what happens to the process. Never anything secret. */
export function lifecycleLog(
  level: 'info' | 'warn' | 'error',
  message: string,
  facts: Readonly<Record<string, unknown>> = {},
): void {
  if (ranks[level] < ranks[least]) return
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...facts })}\n`)
}

const ranks = { trace: 0, debug: 0, info: 1, warning: 2, warn: 2, error: 3, critical: 4, off: 4 } as const
export type LifecycleLevel = keyof typeof ranks
let least: LifecycleLevel = 'info'

export function isLifecycleLevel(name: string): name is LifecycleLevel {
  return Object.hasOwn(ranks, name)
}

/** From now on only lines of this level or above are written. */
export function setLifecycleLevel(level: LifecycleLevel): void {
  least = level
}

export function lifecycleLevel(): LifecycleLevel {
  return least
}
