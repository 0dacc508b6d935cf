/** Response headers as a decision may read them; names in lower case, several lines joined with ",". */
export type HeadersView = {
  header(name: string): string | undefined
}
