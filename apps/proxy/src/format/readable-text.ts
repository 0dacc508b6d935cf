/**
 * What came off the wire, one character a byte, as people read it: in UTF-8 where it is that, which nearly everything beyond
 * ASCII is. A character that was cut off at the end costs itself alone.
 */
export function readableText(value: string): string {
  if (!beyondAscii.test(value) || wide.test(value)) return value
  const text = Buffer.from(value, 'latin1').toString('utf8')
  const broken = text.indexOf('\ufffd')
  return broken < 0 || (broken > 0 && broken === text.length - 1) ? text : value
}

/**
 * The same for a line of text: a control character in it could begin a line that nobody has logged, or speak to a terminal. A
 * client puts them into its query, escaped, or into a head that is refused for them.
 */
export function lineText(value: string): string {
  return plain.test(value) ? value : readableText(value).replace(controls, escaped)
}

function escaped(control: string): string {
  const code = control.charCodeAt(0).toString(16)
  return shorts[control] ?? (code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`)
}

const shorts: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r' }
const plain = /^[\t\x20-\x7e]*$/
const beyondAscii = /[\x80-\xff]/
/** It has been decoded already. */
const wide = /[\u0100-\uffff]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const controls = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]/g
