import type { Spelling } from '../../message/spelling.ts'

/**
 * Fields of HTTP/1.1 with their names written otherwise than in lower case, each with its line end before it. By the spelling
 * that a message came with; without one in words.
 */
export function spellFields(fields: string, spelling: Spelling | undefined): string {
  return fields.replace(names, (name) => {
    const kept = spelling?.names.get(name)
    if (kept !== undefined) return kept
    return spelling?.others === 'lower' ? name : inWords(name)
  })
}

const names = /(?<=\r\n)[^:\r\n]+/g

/** A letter behind anything that is neither a letter nor a digit is a capital. */
function inWords(name: string): string {
  return name.replace(firstLetters, (letter) => letter.toUpperCase())
}

const firstLetters = /(?<![a-z0-9])[a-z]/gi
