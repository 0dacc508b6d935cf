/** The value of the first parameter of that name, both percent-decoded; undefined when it is not there. */
export function queryValue(query: string, name: string): string | undefined {
  for (let start = 0; start <= query.length; ) {
    const ampersand = query.indexOf('&', start)
    const end = ampersand === -1 ? query.length : ampersand
    const equals = query.indexOf('=', start)
    const nameEnd = equals === -1 || equals > end ? end : equals
    if (end > start && decoded(query.slice(start, nameEnd)) === name) return decoded(query.slice(nameEnd + 1, end))
    start = end + 1
  }
  return undefined
}

/** What is no escape stays as it is, and so does "+" (Envoy). */
function decoded(text: string): string {
  if (!text.includes('%')) return text
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes)
    } catch {
      return escapes
    }
  })
}
