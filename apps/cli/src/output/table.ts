/** Columns padded with two spaces between; a cell's control characters are shown, not sent to the terminal. */
export function table(titles: readonly string[], rows: readonly (readonly (string | number | undefined)[])[]): string {
  const cells = [titles.map((title) => title.toUpperCase()), ...rows.map((row) => row.map(printable))]
  const widths = titles.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A text of several lines, of which only the lines are left as they are. */
export function printableText(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** Names and reasons come from others: an escape sequence in one must not reach the terminal. */
export function printable(value: string | number | undefined): string {
  if (value === undefined) return '–'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return String(value).replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => JSON.stringify(character).slice(1, -1))
}
