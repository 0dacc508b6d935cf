import { isMap, isSeq, parseDocument } from 'yaml'

/**
 * A policy as its author writes it. The text is the truth: a form reads from it and writes into it, and what the form does
 * not know, comments above all, stays as it is.
 */
export type PolicyText = {
  /** Undefined when the text is no YAML, or nothing stands there. */
  readonly get: (path: Path) => unknown
  readonly problem: { readonly message: string; readonly from: number; readonly to: number } | undefined
}

export type Path = readonly (string | number)[]

export function readPolicyText(text: string): PolicyText {
  const document = parseDocument(text)
  const [error] = document.errors
  const value: unknown = error === undefined ? document.toJS() : undefined
  return {
    get: (path) =>
      path.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | undefined)?.[key], value),
    problem:
      error === undefined
        ? undefined
        : { message: error.message.split('\n', 1)[0] ?? 'not readable', from: error.pos[0], to: error.pos[1] },
  }
}

/** Where the value of a JSON pointer stands in the text, as offsets; the nearest parent when it is not there. */
export function rangeOfPointer(text: string, pointer: string): { readonly from: number; readonly to: number } {
  const document = parseDocument(text)
  let node: unknown = document.contents
  let range = rangeOf(node)
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    const pair = isMap(node) ? node.items.find(({ key: each }) => String(each) === key) : undefined
    node = pair ? pair.value : isSeq(node) ? node.items[Number(key)] : undefined
    const next = rangeOf(pair?.key) ?? rangeOf(node)
    if (next === undefined) break
    range = next
  }
  return range ?? { from: 0, to: Math.min(1, text.length) }
}

function rangeOf(node: unknown): { readonly from: number; readonly to: number } | undefined {
  const range = (node as { readonly range?: readonly number[] | null } | null | undefined)?.range
  if (!range) return undefined
  const [from = 0, to = 0] = range
  return { from, to }
}
