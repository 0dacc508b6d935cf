/** Puts placeholders where a run's own ports and names stand, so that two runs can be compared. Longer names go first. */
export function hideNames<Value>(value: Value, names: ReadonlyMap<string, string>): Value {
  const sorted = [...names.keys()].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(`(?<![0-9A-Za-z])(?:${sorted.map(escaped).join('|')})(?![0-9A-Za-z])`, 'g')
  return hide(value, (text) => text.replace(pattern, (name) => names.get(name) ?? name)) as Value // its shape stays
}

function hide(value: unknown, replaced: (text: string) => string): unknown {
  if (typeof value === 'string') return replaced(value)
  // Small ones are no ports of a run.
  if (typeof value === 'number' && value >= 1024) {
    const text = replaced(String(value))
    return text === String(value) ? value : text
  }
  if (Array.isArray(value)) return value.map((each) => hide(each, replaced))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hide(each, replaced)]))
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
