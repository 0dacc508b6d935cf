const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

const two = (value: number) => String(value).padStart(2, '0')
const three = (value: number) => String(value).padStart(3, '0')

/** What `strftime` knows in UTC, and Envoy's own: %3f (digits of the second), %s with %1s to %9s. */
const fields: Readonly<Record<string, (date: Date) => string>> = {
  Y: (date) => String(date.getUTCFullYear()),
  y: (date) => two(date.getUTCFullYear() % 100),
  m: (date) => two(date.getUTCMonth() + 1),
  d: (date) => two(date.getUTCDate()),
  e: (date) => String(date.getUTCDate()).padStart(2, ' '),
  H: (date) => two(date.getUTCHours()),
  I: (date) => two(date.getUTCHours() % 12 || 12),
  M: (date) => two(date.getUTCMinutes()),
  S: (date) => two(date.getUTCSeconds()),
  p: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  a: (date) => (days[date.getUTCDay()] ?? '').slice(0, 3),
  A: (date) => days[date.getUTCDay()] ?? '',
  b: (date) => (months[date.getUTCMonth()] ?? '').slice(0, 3),
  B: (date) => months[date.getUTCMonth()] ?? '',
  F: (date) => date.toISOString().slice(0, 10),
  T: (date) => date.toISOString().slice(11, 19),
  D: (date) => `${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())}/${two(date.getUTCFullYear() % 100)}`,
  R: (date) => date.toISOString().slice(11, 16),
  Z: () => 'UTC',
  z: () => '+0000',
}

/** A moment in the words of `strftime`; what is not known stays as it is written. Empty is Envoy's own form. */
export function formatTime(format: string, atMs: number): string {
  const date = new Date(atMs)
  if (format === '') return date.toISOString()
  return format.replace(/%([1-9])?([A-Za-z%])/g, (whole, digits: string | undefined, letter: string) => {
    if (letter === '%') return '%'
    const fraction = three(date.getUTCMilliseconds()).padEnd(9, '0')
    if (letter === 'f') return fraction.slice(0, Number(digits ?? 9))
    if (letter === 's') {
      const seconds = String(Math.floor(atMs / 1000))
      return digits === undefined ? seconds : seconds + fraction.slice(0, Number(digits))
    }
    return fields[letter]?.(date) ?? whole
  })
}
