/*
 * Comparing without regard to ASCII case, letter by letter: `toLowerCase` would allocate a string per request,
 * and it folds letters outside ASCII, which HTTP does not. The second argument is always in lower case.
 */

export function equalsIgnoreCase(text: string, lower: string): boolean {
  return text.length === lower.length && regionMatches(text, 0, lower)
}

export function startsWithIgnoreCase(text: string, lower: string): boolean {
  return text.length >= lower.length && regionMatches(text, 0, lower)
}

export function endsWithIgnoreCase(text: string, lower: string): boolean {
  return text.length >= lower.length && regionMatches(text, text.length - lower.length, lower)
}

export function containsIgnoreCase(text: string, lower: string): boolean {
  for (let start = 0; start + lower.length <= text.length; start++) {
    if (regionMatches(text, start, lower)) return true
  }
  return false
}

/** ASCII only, as above; for compile time, where allocating is fine. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function regionMatches(text: string, start: number, lower: string): boolean {
  for (let index = 0; index < lower.length; index++) {
    let code = text.charCodeAt(start + index)
    if (code >= 65 && code <= 90) code += 32
    if (code !== lower.charCodeAt(index)) return false
  }
  return true
}
