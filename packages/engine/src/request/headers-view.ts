/** Response headers as a decision may read them; names in lower case, several lines joined with ",". */
export type HeadersView = {
  get(name: string): string | undefined
}
