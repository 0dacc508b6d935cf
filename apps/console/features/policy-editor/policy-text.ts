import { tooManyAliases, unresolvedAlias, yamlProblem } from '@heddle/shared/model/yaml-problem'
import { type Document, isAlias, isMap, isSeq, parseDocument, visit } from 'yaml'

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

/** Longer ones are refused; reading them at each letter would make the page stand still. */
const charactersMax = 128 * 1024

export function readPolicyText(text: string): PolicyText {
  if (text.length > charactersMax) return unreadable(`longer than ${charactersMax} characters`, charactersMax)
  const document = parseDocument(text, { prettyErrors: false })
  const [error] = document.errors
  if (error !== undefined) return unreadable(yamlProblem(error), error.pos[0], error.pos[1])
  const dangling = danglingAlias(document)
  if (dangling !== undefined) return unreadable(unresolvedAlias(dangling.source), ...dangling.range)
  try {
    const value: unknown = document.toJS()
    return {
      get: (path) =>
        path.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | null | undefined)?.[key], value),
      problem: undefined,
    }
  } catch {
    return unreadable(tooManyAliases, 0)
  }
}

function unreadable(message: string, from: number, to = from + 1): PolicyText {
  return { get: () => undefined, problem: { message, from, to } }
}

/** An alias of nothing, as a bare "*" soon is: the parser finds it only when it is followed. */
function danglingAlias(document: Document): { readonly source: string; readonly range: [number, number] } | undefined {
  const anchors = new Set<string>()
  let found: { source: string; range: [number, number] } | undefined
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.add(node.anchor)
        return undefined
      }
      if (anchors.has(node.source)) return undefined
      found = { source: node.source, range: [node.range?.[0] ?? 0, node.range?.[1] ?? 1] }
      return visit.BREAK
    },
  })
  return found
}

/** Where the value of a JSON pointer stands in the text, as offsets; the nearest parent when it is not there. A text that cannot be read is at fault where it cannot. */
export function rangeOfPointer(text: string, pointer: string): { readonly from: number; readonly to: number } {
  const { problem } = readPolicyText(text)
  if (problem !== undefined) return { from: Math.min(problem.from, text.length), to: Math.min(problem.to, text.length) }
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
