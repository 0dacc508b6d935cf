/** A message as a parser read it; what two parsers must agree on. */
export type ReadMessage = {
  readonly start: string
  /** Names in lower case. */
  readonly fields: readonly string[]
  body: string
  isWhole: boolean
}

/** Where two readings of the same bytes part: undefined when all that the strict one took, the other one took the same. */
export function firstDifference(strict: readonly ReadMessage[], other: readonly ReadMessage[]): string | undefined {
  for (const [index, ours] of strict.entries()) {
    const theirs = other[index]
    // Half a message is no reading yet.
    if (!ours.isWhole) return undefined
    if (theirs === undefined) return `message ${index} (${ours.start}) was taken, and llhttp refuses it`
    if (!theirs.isWhole) return `message ${index} (${ours.start}) is whole, and not for llhttp`
    for (const part of ['start', 'fields', 'body'] as const) {
      const [mine, yours] = [JSON.stringify(ours[part]), JSON.stringify(theirs[part])]
      if (mine !== yours) return `${part} of message ${index}: ${mine.slice(0, 300)}, llhttp has ${yours.slice(0, 300)}`
    }
  }
  return undefined
}
