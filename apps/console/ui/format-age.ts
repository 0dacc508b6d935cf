const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const

/** "just now", "42 s ago", "in 4 min": one unit, because an age is read at a glance. */
export function formatAge(atMs: number, nowMs: number): string {
  const seconds = Math.round((nowMs - atMs) / 1000)
  const text = formatSeconds(Math.abs(seconds))
  if (Math.abs(seconds) < 2) return 'just now'
  return seconds > 0 ? `${text} ago` : `in ${text}`
}

/** "42 s", "4 min", "3 h", "2 d". */
export function formatSeconds(seconds: number): string {
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? ['s', 1]
  return `${Math.floor(seconds / size)}\u202f${unit}`
}
