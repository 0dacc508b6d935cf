/** A field name as it is compared and as it is written. Made once per name, and the same object ever after. */
export type HeaderName = {
  /** In lower case, and internalised by V8: two equal names are one string, so that comparing is one instruction. */
  readonly text: string
  /** The line end before it, the name, colon and space: a head is written as prefix, value, prefix, value. */
  readonly prefix: string
  /** Counts up, so that what others know about names can be arrays over it. −1: not remembered. */
  readonly id: number
  readonly underscores: Underscores
}

/**
 * Programs behind us that take the name of a header for the name of a variable (CGI, WSGI, PHP) read an underscore as a dash.
 * Read so, a disguise is a field that frames a message, or that only proxies set.
 */
export type Underscores = 'none' | 'some' | 'disguise'

const names = new Map<string, HeaderName>()
/** Beyond this, names are not remembered: an attacker must not fill memory with them. */
export const namesMax = 2048
const lengthMax = 64

/** `name` in lower case. */
export function headerName(name: string): HeaderName {
  const known = names.get(name)
  if (known !== undefined) return known
  // A key of an object is internalised; and copied, where a slice would keep the whole head that it was cut from.
  const [text = name] = Object.keys({ [Buffer.from(name, 'latin1').toString('latin1')]: 0 })
  const isKept = names.size < namesMax && name.length <= lengthMax
  const made: HeaderName = {
    text,
    prefix: `\r\n${text}: `,
    id: isKept ? names.size : -1,
    underscores: underscoresOf(text),
  }
  if (isKept) names.set(text, made)
  return made
}

function underscoresOf(text: string): Underscores {
  if (!text.includes('_')) return 'none'
  return disguised.test(text.replaceAll('_', '-')) ? 'disguise' : 'some'
}

const disguised =
  /^(?:x-forwarded-.*|x-envoy-.*|x-request-id|content-(?:length|type|encoding)|transfer-encoding|keep-alive|proxy-.*)$/
