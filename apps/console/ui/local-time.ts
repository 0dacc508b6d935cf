/** "2026-12-01T15:00:00Z" as a field of type datetime-local has it, on the reader's clock; "" for what is no time. */
export function toLocalTime(iso: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return ''
  const two = (value: number) => String(value).padStart(2, '0')
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}`
}

/** The other way round, in UTC and without fractions of a second. */
export function fromLocalTime(local: string): string {
  return new Date(local).toISOString().replace(/\.\d+Z$/, 'Z')
}
