import { HttpRefusal } from './http-refusal.ts'

const depthMax = 64

/**
 * JSON, strictly: valid UTF-8, no NUL, no half of a character, no key twice, no `__proto__` or `constructor` key, at most 64 deep.
 * What one reader sees otherwise than the next is refused.
 */
export function parseJson(bytes: Buffer): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw malformed('the body is not valid UTF-8')
  }
  // The database's texts cannot hold it, escaped or not.
  if (/\0|(?:^|[^\\])(?:\\\\)*\\u0000/.test(text)) throw malformed('the body contains a NUL')
  scan(text)
  const value = parse(text)
  // Stored it would be another text, and what is hashed of it, as the audit is, would not be found again.
  if (/\\u[dD][89a-fA-F]/.test(text) && halfCharacter.test(JSON.stringify(value))) {
    throw malformed('the body contains half a character (a lone surrogate)')
  }
  return value
}

/** As `JSON.stringify` writes it: pairs it writes as the character that they are. */
const halfCharacter = /(?:^|[^\\])(?:\\\\)*\\ud[89a-f]/

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw malformed(`the body is not JSON: ${(error as Error).message}`)
  }
}

function malformed(message: string): HttpRefusal {
  return new HttpRefusal('malformed_body', message)
}

/** One pass over the tokens: depth, keys that repeat, keys that are traps. What is no JSON is left to the parser. */
function scan(text: string): void {
  const keys: (Set<string> | undefined)[] = []
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g
  let lastString: string | undefined
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match
    if (found === '{' || found === '[') {
      keys.push(found === '{' ? new Set() : undefined)
      if (keys.length > depthMax) throw malformed(`the body is nested more than ${depthMax} deep`)
    } else if (found === '}' || found === ']') keys.pop()
    else if (found === ':' && lastString !== undefined) takeKey(keys.at(-1), lastString)
    lastString = found.startsWith('"') ? found : undefined
  }
}

function takeKey(keys: Set<string> | undefined, written: string): void {
  let key = written
  try {
    key = JSON.parse(written) as string // a JSON string
  } catch {
    return
  }
  if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
    throw new HttpRefusal('invalid_body', `the key "${key}" is not allowed`)
  }
  if (keys?.has(key)) throw malformed(`the key "${key.slice(0, 100)}" is there twice`)
  keys?.add(key)
}
