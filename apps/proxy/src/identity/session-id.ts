/**
 * The id within a session as OpenSSL writes it down: SEQUENCE { version, TLS version, cipher, id, … }, in hexadecimal
 * digits. "" without one: TLS 1.3 has none.
 */
export function sessionIdOf(session: Buffer | undefined): string {
  const begin = session === undefined ? -1 : beginOf(session)
  if (session === undefined || begin < 0) return ''
  const version = elementAt(session, elementAt(session, begin).from)
  const tlsVersion = elementAt(session, version.to)
  const cipher = elementAt(session, tlsVersion.to)
  const id = elementAt(session, cipher.to)
  return session.readUIntBE(tlsVersion.from, 2) >= tls13 ? '' : session.toString('hex', id.from, id.to)
}

const tls13 = 0x0304
const sequence = 0x30

/** Some versions of the library put words of their own in front: it is the sequence that ends where everything ends. */
function beginOf(session: Buffer): number {
  let at = session.indexOf(sequence)
  while (at >= 0 && elementAt(session, at).to !== session.length) at = session.indexOf(sequence, at + 1)
  return at
}

/** Where the content of an element begins and ends (X.690 §8.1). */
function elementAt(bytes: Buffer, at: number): { readonly from: number; readonly to: number } {
  const first = bytes[at + 1] ?? 0
  if (first < 0x80) return { from: at + 2, to: at + 2 + first }
  // No session is longer than two bytes can say.
  const lengthBytes = first & 0x03
  const from = at + 2 + lengthBytes
  return { from, to: lengthBytes === 0 || from > bytes.length ? from : from + bytes.readUIntBE(at + 2, lengthBytes) }
}
