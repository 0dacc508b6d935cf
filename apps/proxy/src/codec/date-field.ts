import { wallMs } from '../clock/event-clock.ts'

let second = 0
let text = ''

/** The Date header field (RFC 9110 §5.6.7) with the line end before it, made anew once a second. */
export function dateField(): string {
  const now = Math.floor(wallMs() / 1000)
  if (now !== second) {
    second = now
    text = `\r\ndate: ${new Date(now * 1000).toUTCString()}`
  }
  return text
}
