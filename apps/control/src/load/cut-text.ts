/** The beginning of a text from outside, alone: a slice of it would keep all of the text in memory for as long as itself. */
export function cutText(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : Buffer.from(text.slice(0, charactersMax)).toString()
}
