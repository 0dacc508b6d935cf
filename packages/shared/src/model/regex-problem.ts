/** Longest pattern that the mesh compiles (ISTIO-SECURITY-2026-006). */
export const regexLengthMax = 1_024

/**
 * What keeps a regular expression from being RE2 syntax, which everywhere is matched in linear time;
 * undefined when this quick look finds nothing.
 *
 * Refused here and not by a proxy, because a proxy refuses the whole route table for one bad pattern and
 * one gRPC client ends its process. Validation compiles the pattern as well.
 */
export function regexProblem(pattern: string): string | undefined {
  if (pattern.length > regexLengthMax) return `has ${pattern.length} characters, more than ${regexLengthMax}`
  let depth = 0
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]
    if (char === '\\') {
      const next = pattern[at + 1]
      if (next === undefined) return 'ends with a backslash'
      if (/[1-9]/.test(next) || (next === 'k' && pattern[at + 2] === '<')) {
        return `refers back to a group at position ${at + 1}, which cannot be matched in linear time`
      }
      at = next === 'Q' ? endOfQuote(pattern, at) : at + 1
    } else if (char === '[') {
      const end = endOfClass(pattern, at)
      if (end === undefined) return 'has a "[" without "]"'
      at = end
    } else if (char === '(') {
      depth++
      if (/^\(\?(=|!|<=|<!|>|\()/.test(pattern.slice(at, at + 4))) {
        return `looks around at position ${at + 1}, which cannot be matched in linear time`
      }
    } else if (char === ')' && --depth < 0) {
      return `has a ")" without "(" at position ${at + 1}`
    } else if ((char === '*' || char === '+' || char === '?') && pattern[at + 1] === '+') {
      return `has a possessive "+" at position ${at + 2}`
    }
  }
  return depth > 0 ? 'has a "(" without ")"' : undefined
}

/** `\Q…\E` quotes everything between; without its end, the rest of the pattern. */
function endOfQuote(pattern: string, at: number): number {
  const end = pattern.indexOf('\\E', at)
  return end < 0 ? pattern.length : end + 1
}

function endOfClass(pattern: string, at: number): number | undefined {
  let position = at + 1
  if (pattern[position] === '^') position++
  // "]" directly behind "[" or "[^" stands for itself.
  if (pattern[position] === ']') position++
  while (position < pattern.length && pattern[position] !== ']') {
    if (pattern[position] === '\\') position++
    else if (pattern[position] === '[' && pattern[position + 1] === ':') {
      const end = pattern.indexOf(':]', position)
      if (end >= 0) position = end + 1
    }
    position++
  }
  return position < pattern.length ? position : undefined
}
