/** How far equal paths are made to look equal. The strictest is our default. */
export type PathMode = 'base' | 'merge-slashes' | 'decode-slashes' | 'decode-and-merge-slashes'

/**
 * The one normalisation of a request path: the router, authorisation, logs and the forwarded bytes all use its result,
 * so that a policy can never see another path than the upstream does.
 *
 * `path` is the part of the request target before the "?", beginning with "/". Undefined means that the path is refused
 * with 400: a NUL, a broken escape, a fragment, or dots that were hidden in escapes and would climb. What no path may have
 * as it is gets escaped.
 * A path is decoded once: `%252f` stays as it is.
 */
export function normalisePath(path: string, mode: PathMode): string | undefined {
  if (path.charCodeAt(0) !== 0x2f) return undefined
  // Nearly every path is normal already; this one test is all it costs.
  if (!suspicious.test(path)) return path
  if (path.includes('#')) return undefined
  const decoded = decode(path, mode === 'decode-slashes' || mode === 'decode-and-merge-slashes')
  if (decoded === undefined) return undefined
  const slashed = decoded.replaceAll('\\', '/').replace(unsafe, escaped)
  // Dots first: an empty segment is one that ".." climbs out of (RFC 3986 §5.2.4).
  const resolved = removeDots(slashed)
  const isMerged = mode === 'merge-slashes' || mode === 'decode-and-merge-slashes'
  return isMerged ? resolved?.replace(/\/{2,}/g, '/') : resolved
}

const suspicious = /[%\\#"<>^`{|}]|\/[/.]/
/** What no path may have as it is (RFC 3986 §3.3), but for the brackets that browsers send. */
const unsafe = /["<>^`{|}]/g

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/** Escapes of characters that need none are undone; with `slashes`, those of "/" and "\" too. Others are upper-cased. */
function decode(path: string, slashes: boolean): string | undefined {
  if (!path.includes('%')) return path
  if (brokenEscape.test(path)) return undefined
  let isHidden = false
  const decoded = path.replace(/%([0-9A-Fa-f]{2})/g, (written, hex: string) => {
    const code = Number.parseInt(hex, 16)
    if (code === 0 || (code === 0x2e && hiddenDots.test(path))) isHidden = true
    if (isUnreserved(code)) return String.fromCharCode(code)
    if (slashes && (code === 0x2f || code === 0x5c)) return '/'
    return written.toUpperCase()
  })
  return isHidden ? undefined : decoded
}

const brokenEscape = /%(?![0-9A-Fa-f]{2})/
/** A whole segment of dots of which at least one is escaped: nobody writes that who means well. */
const hiddenDots = /(?:^|[/\\]|%2[fF]|%5[cC])(?=[^/\\]*%2[eE])(?:\.|%2[eE]){1,2}(?=$|[/\\;]|%2[fF]|%5[cC])/

/** ALPHA / DIGIT / "-" / "." / "_" / "~" (RFC 3986 §2.3). */
function isUnreserved(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x5f ||
    code === 0x7e
  )
}

/**
 * RFC 3986 §5.2.4. Behind a ";" stand parameters, which some servers take off before they look at the dots: "..;x" climbs
 * too, as in Envoy. A path that climbs above the root is refused: no honest client sends one.
 */
function removeDots(path: string): string | undefined {
  if (!path.includes('/.')) return path
  const kept: string[] = []
  const segments = path.slice(1).split('/')
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1
    if (segment === '..' || segment.startsWith('..;')) {
      if (kept.length === 0) return undefined
      kept.pop()
    } else if (segment !== '.' && !segment.startsWith('.;')) {
      kept.push(segment)
      continue
    }
    // "/a/." and "/a/.." end in a slash: they name a folder.
    if (isLast) kept.push('')
  }
  return `/${kept.join('/')}`
}
