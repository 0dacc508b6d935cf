import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'

/**
 * A text of the configuration as it goes into a head: in UTF-8, each byte one character. With a line end in it whoever wrote it
 * could add fields, or whole messages (RFC 9110 §5.5); refused by its path.
 */
export function wireText(text: string, path: string): string {
  if (control.test(text)) throw new ResourceRejected(path, 'has a control character')
  return wireBytes(text)
}

/**
 * A text that a format operator gives: a client may have put a line end into its query, escaped. In the place of what cannot
 * stand in a head there is a space (RFC 9110 §5.5).
 */
export function sendableText(text: string): string {
  if (plain.test(text)) return text
  return wireBytes(text.replace(controls, ' '))
}

const plain = /^[\t\x20-\x7e]*$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const control = /[\x00-\x08\x0a-\x1f\x7f]/
const controls = new RegExp(control, 'g')
const encoder = new TextEncoder()

/**
 * Heads are read and written one byte a character: cut off, a character beyond could become a line end. A text that is compared
 * with what came in one must be in the same form, or a rule about it would meet nobody.
 */
export function wireBytes(text: string): string {
  return plain.test(text) ? text : String.fromCharCode(...encoder.encode(text))
}

/** What came in a head as text; one character a byte where it is no UTF-8. */
export function textOfWire<Wire extends string | undefined>(wire: Wire): Wire | string {
  return wire === undefined || plain.test(wire) ? wire : textOfBytes(Buffer.from(wire, 'latin1'))
}

export function textOfBytes(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.includes('\ufffd') ? bytes.toString('latin1') : text
}
