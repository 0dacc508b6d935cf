/** How whoever sent a message over HTTP/1.1 wrote it, where it is to be written so again (`preserve_case`). */
export type Spelling = {
  /** As they came first, by the name in lower case. */
  readonly names: ReadonlyMap<string, string>
  /** Of names that are not among them. */
  readonly others: 'lower' | 'words'
  /** The reason phrase of an answer, where it goes on; '' for what the status says. */
  readonly reason: string
}
