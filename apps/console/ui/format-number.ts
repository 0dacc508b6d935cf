/** What stands where nothing was measured; zero is a measurement. */
export const noData = '–'

const prefixes = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const

/** Three significant digits and always a unit: "1.24 k rps", "412 ms", "0.82 %". */
export function formatNumber(value: number | null | undefined, unit = ''): string {
  if (value === null || value === undefined || Number.isNaN(value)) return noData
  const [size, prefix] = prefixes.find(([each]) => Math.abs(value) >= each) ?? [1, '']
  return [digits(value / size), prefix, unit].filter(Boolean).join('\u202f')
}

/** Bytes in decimal units, as memory limits are written. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return noData
  const [size, unit] = bytes >= 1e9 ? [1e9, 'GB'] : bytes >= 1e6 ? [1e6, 'MB'] : [1e3, 'kB']
  return `${digits(bytes / size)}\u202f${unit}`
}

/** A share of 0 to 1 in percent. */
export function formatShare(share: number | null | undefined): string {
  return share === null || share === undefined ? noData : formatNumber(share * 100, '%')
}

/** Milliseconds, or seconds from one second on. */
export function formatMs(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return noData
  return ms >= 1000 ? formatNumber(ms / 1000, 's') : formatNumber(ms, 'ms')
}

/** Whole things: "1 proxy", "14 proxies". */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')}\u00a0${count === 1 ? one : many}`
}

function digits(value: number): string {
  if (value === 0) return '0'
  const magnitude = Math.floor(Math.log10(Math.abs(value)))
  return String(Number(value.toFixed(Math.max(0, 2 - magnitude))))
}
