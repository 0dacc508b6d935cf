/** A message as it stood on the wire, latin1. Read leniently: what is judged is what came, not whether it was right. */
export type HttpMessage = {
  /** Request line or status line. */
  readonly start: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly trailers: readonly (readonly [name: string, value: string])[]
  /** False: the bytes ended before the message did. */
  readonly complete: boolean
}

export type Taken = { readonly message: HttpMessage; readonly rest: string }

/**
 * Takes one message off the front of `text`; undefined while it is not whole and more may come.
 * `bodyless` is for answers to HEAD and for statuses without a body; `untilEnd` for answers, whose body may end with the
 * connection.
 */
export function takeMessage(
  text: string,
  { isOver, bodyless = false, untilEnd = false }: { isOver: boolean; bodyless?: boolean; untilEnd?: boolean },
): Taken | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) {
    if (!isOver || text === '') return undefined
    return { message: { start: text, headers: [], body: '', trailers: [], complete: false }, rest: '' }
  }
  const [start = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = lines.map(fieldOf)
  const rest = text.slice(end + 4)
  const whole = (body: string, left: string, trailers: HttpMessage['trailers'] = [], complete = true): Taken => ({
    message: { start, headers, body, trailers, complete },
    rest: left,
  })
  const last = (name: string) => headers.findLast(([each]) => each.toLowerCase() === name)?.[1]
  if (bodyless) return whole('', rest)
  if (last('transfer-encoding')?.toLowerCase().includes('chunked')) {
    const chunked = takeChunks(rest)
    if (chunked !== undefined) return whole(chunked.body, chunked.rest, chunked.trailers)
    return isOver ? whole(partialChunks(rest), '', [], false) : undefined
  }
  const length = last('content-length')
  if (length !== undefined) {
    const wanted = Number.parseInt(length, 10)
    if (rest.length >= wanted) return whole(rest.slice(0, wanted), rest.slice(wanted))
    return isOver ? whole(rest, '', [], false) : undefined
  }
  if (!untilEnd) return whole('', rest)
  return isOver ? whole(rest, '') : undefined
}

function takeChunks(text: string): { body: string; trailers: HttpMessage['trailers']; rest: string } | undefined {
  let body = ''
  for (let at = 0; ; ) {
    const end = text.indexOf('\r\n', at)
    if (end < 0) return undefined
    const size = Number.parseInt(text.slice(at, end), 16)
    if (size === 0) {
      const section = text.slice(end + 2)
      if (section.startsWith('\r\n')) return { body, trailers: [], rest: section.slice(2) }
      const close = section.indexOf('\r\n\r\n')
      if (close < 0) return undefined
      const trailers = section.slice(0, close).split('\r\n').map(fieldOf)
      return { body, trailers, rest: section.slice(close + 4) }
    }
    if (text.length < end + 2 + size + 2) return undefined
    body += text.slice(end + 2, end + 2 + size)
    at = end + 2 + size + 2
  }
}

/** The payload of the chunks that came, whole or not. */
function partialChunks(text: string): string {
  let body = ''
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\r\n', at)
    const size = end < 0 ? Number.NaN : Number.parseInt(text.slice(at, end), 16)
    if (Number.isNaN(size)) return body
    body += text.slice(end + 2, end + 2 + size)
    at = end + 2 + size + 2
  }
  return body
}

function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':')
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).trim()]
}
