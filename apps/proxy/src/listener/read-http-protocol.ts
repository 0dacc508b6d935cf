const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
/** A request line that is longer belongs to no request that would be served. */
const lineBytesMax = 8 * 1024
const requestLine = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ \S+ HTTP\/1\.([01])\r?\n/
/** As long as the first word can be a method. */
const mayBeMethod = /^[A-Z-]{0,20}( |$)/

/** Which HTTP a client speaks, by its first line; `more` while that is open, `none` when it is none. */
export function readHttpProtocol(bytes: Buffer): 'http/1.0' | 'http/1.1' | 'h2c' | 'more' | 'none' {
  const text = bytes.toString('latin1', 0, lineBytesMax)
  if (text.startsWith(preface)) return 'h2c'
  if (preface.startsWith(text)) return 'more'
  const line = requestLine.exec(text)
  if (line !== null) return line[1] === '0' ? 'http/1.0' : 'http/1.1'
  return text.includes('\n') || text.length >= lineBytesMax || !mayBeMethod.test(text) ? 'none' : 'more'
}
