/** A list of which the entries are made one by one, while they are written. */
export class JsonList<Entry = unknown> {
  readonly entries: Iterable<Entry>

  constructor(entries: Iterable<Entry>) {
    this.entries = entries
  }
}

/**
 * The text that `JSON.stringify` makes of it with two blanks of indentation, piece by piece: a piece is an entry of a `JsonList`, or
 * a value without one. Such lists stand in plain objects, or in each other.
 */
export function* streamJson(value: unknown, indent = ''): Generator<string> {
  if (value instanceof JsonList) yield* listText(value, indent)
  else if (holdsLists(value)) yield* objectText(value, indent)
  else yield plainText(value).replaceAll('\n', `\n${indent}`)
}

/** JSON of what no `JsonList` is in. */
export function plainText(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, each: unknown) =>
      each instanceof Map ? Object.fromEntries(each) : typeof each === 'bigint' ? Number(each) : each,
    2,
  )
}

function* listText({ entries }: JsonList, indent: string): Generator<string> {
  const within = `${indent}  `
  let before = '[\n'
  for (const entry of entries) {
    yield `${before}${within}`
    yield* streamJson(entry, within)
    before = ',\n'
  }
  yield before === '[\n' ? '[]' : `\n${indent}]`
}

function* objectText(value: Readonly<Record<string, unknown>>, indent: string): Generator<string> {
  const within = `${indent}  `
  let before = '{\n'
  for (const [key, each] of Object.entries(value)) {
    if (each === undefined) continue
    yield `${before}${within}${JSON.stringify(key)}: `
    yield* streamJson(each, within)
    before = ',\n'
  }
  yield before === '{\n' ? '{}' : `\n${indent}}`
}

function holdsLists(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).some((each) => each instanceof JsonList || holdsLists(each))
  )
}
