/** The shortest way to write a duration that is a whole number of milliseconds: 90000 is "1m30s". */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s'
  let text = ''
  let rest = Math.round(ms)
  for (const [unit, size] of [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
    ['ms', 1],
  ] as const) {
    const count = Math.floor(rest / size)
    if (count > 0) text += `${count}${unit}`
    rest -= count * size
  }
  return text
}
