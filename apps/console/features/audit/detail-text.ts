/** The facts of an entry as people write them; long ids shortened. */
export function detailText(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${shortened(typeof value === 'string' ? value : JSON.stringify(value))}`)
    .join(', ')
}

function shortened(text: string): string {
  return /^[0-9a-f-]{30,}$/.test(text) ? `${text.slice(0, 8)}…` : text
}
