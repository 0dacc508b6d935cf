import { STATUS_CODES } from '../../net/http-library.ts'

/** By status. */
const lines: string[] = []

/** "HTTP/1.1 200 OK", made once per status. */
export function statusLine(status: number): string {
  const made = lines[status]
  if (made !== undefined) return made
  const line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`
  lines[status] = line
  return line
}
