/** 1-2-4-8 s, then every 8 s, a fifth more or less, so that a thousand tabs do not come back at once. */
export function reconnectDelayMs(failures: number, random: () => number = Math.random): number {
  const base = Math.min(8, 2 ** Math.max(0, failures - 1)) * 1000
  return base * (0.8 + 0.4 * random())
}
