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

/** A text of several lines, of which only the lines are left as they are. It can be sent back as it is shown. */
export function printableText(text: string): string {
  return text.split('\n').map(withoutControls).join('\n')
}

/**
 * Names and reasons come from others: an escape sequence in one must not reach the terminal, and nothing that turns the
 * direction of what stands behind it, which would show another text than the one that is approved.
 */
export function printable(value: string | number | undefined): string {
  if (value === undefined) return '–'
  return withoutControls(String(value)).replace(/[\u202a-\u202e\u2066-\u2069]/g, escaped)
}

function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, escaped)
}

/** As JSON writes it, which leaves what is above U+007E as it is. */
function escaped(character: string): string {
  const code = character.charCodeAt(0)
  return code < 0x20 ? JSON.stringify(character).slice(1, -1) : `\\u${code.toString(16).padStart(4, '0')}`
}
