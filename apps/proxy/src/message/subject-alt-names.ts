export type SubjectAltName = { readonly type: string; readonly value: string }

/**
 * The names of a certificate, out of Node's text of them (`X509Certificate.subjectAltName`): "URI:spiffe://…, DNS:a".
 * Node writes a value that could be mistaken for the end of another as a JSON string. Undefined when the text is not of
 * that form: names that cannot be told apart are no names (CVE-2021-44532, Envoy CVE-2026-47778 for NUL in a name).
 */
export function subjectAltNames(text: string | undefined): readonly SubjectAltName[] | undefined {
  if (text === undefined || text === '') return []
  const names: SubjectAltName[] = []
  let at = 0
  while (at < text.length) {
    entry.lastIndex = at
    const match = entry.exec(text)
    if (match === null) return undefined
    const [whole, type = '', written = ''] = match
    const value = written.startsWith('"') ? unquoted(written) : written
    if (value === undefined || hasControl.test(value)) return undefined
    names.push({ type, value })
    at += whole.length
  }
  return names
}

/** The one URI of a SPIFFE certificate; undefined when there is none, or more than one (X.509-SVID §2). */
export function uriOf(names: readonly SubjectAltName[] | undefined): string | undefined {
  const uris = (names ?? []).filter(({ type }) => type === 'URI')
  return uris.length === 1 ? uris[0]?.value : undefined
}

const entry = /([A-Za-z][A-Za-z ]*):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const hasControl = /[\x00-\x1f\x7f]/

function unquoted(written: string): string | undefined {
  try {
    const value: unknown = JSON.parse(written)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
