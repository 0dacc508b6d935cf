import type { HeaderBlock } from './header-block.ts'

/**
 * Takes out what concerns one connection only: the fields of RFC 9110 §7.6.1 and what `connection` names. Framing goes
 * too, because it is written anew. Fields that policy reads cannot be removed by naming them. That a client takes trailers
 * is said on: we hand them to it, and servers that are not told so send none (§6.5.1, §10.1.4).
 */
export function stripHopByHop(headers: HeaderBlock): void {
  const { names, values, count } = headers
  for (let index = 0; index < count; index++) {
    const name = names[index] as string // in range
    // Cheaper than a set: most names differ in their first letter.
    switch (name) {
      case 'connection':
        stripNamed(headers, values[index] as string) // in range
        names[index] = ''
        break
      case 'keep-alive':
      case 'proxy-connection':
      case 'transfer-encoding':
      case 'content-length':
      case 'upgrade':
      case 'expect':
        names[index] = ''
        break
      case 'te':
        if (takesTrailers(values[index] as string))
          headers.set('te', 'trailers') // in range
        else names[index] = ''
        break
    }
  }
}

function takesTrailers(value: string): boolean {
  return value === 'trailers' || value.split(',').some((coding) => coding.trim().toLowerCase() === 'trailers')
}

function stripNamed(headers: HeaderBlock, value: string): void {
  if (value === 'keep-alive' || value === 'close') return
  for (const option of value.toLowerCase().split(',')) {
    const name = option.trim()
    if (name !== '' && !endToEnd.has(name) && !name.startsWith('x-envoy-') && !name.startsWith('x-forwarded-')) {
      headers.remove(name)
    }
  }
}

/** A client must not be able to make us drop what the next hop decides by. */
const endToEnd = new Set([
  'host',
  'authorization',
  'cookie',
  'content-type',
  'traceparent',
  'tracestate',
  'x-request-id',
  'content-length',
  'transfer-encoding',
  // Named by every client that sends it; what goes on of it is decided above.
  'te',
])
