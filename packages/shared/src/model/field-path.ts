/** Where a value stands inside an object. */
export type FieldPath = readonly (string | number)[]

/** RFC 6901 pointer: `/spec/rules/0/matches`. */
export function toPointer(path: FieldPath): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** The way people say it: `spec.rules[0].matches`, with odd keys in quotes. */
export function toDotted(path: FieldPath): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else if (!/^[A-Za-z0-9_$-]+$/.test(part)) text += `[${JSON.stringify(part)}]`
    else text += text === '' ? part : `.${part}`
  }
  return text
}

/** The value at a path, undefined when something on the way is missing. */
export function valueAt(root: unknown, path: FieldPath): unknown {
  let value = root
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined
    // Own properties only: a path may hold "constructor" or "__proto__".
    if (!Object.hasOwn(value, part)) return undefined
    value = (value as Record<string | number, unknown>)[part]
  }
  return value
}
