/** A text from outside without NUL, which PostgreSQL cannot hold: one of them would keep all that is written with it from being written. */
export function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '') : text
}
