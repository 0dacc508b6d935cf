let second = Number.NaN
let text = ''

/** RFC 3339 in UTC with milliseconds, of a time in milliseconds since 1970; all but those are made once a second. */
export function timestamp(atMs: number): string {
  const whole = Math.floor(atMs / 1000)
  if (whole !== second) {
    second = whole
    text = new Date(whole * 1000).toISOString().slice(0, -4)
  }
  const ms = atMs - whole * 1000
  return `${text}${ms < 10 ? '00' : ms < 100 ? '0' : ''}${Math.floor(ms)}Z`
}
