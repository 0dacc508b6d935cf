import { type Document, isCollection, isNode, isScalar, parseDocument, type Scalar, stringify } from 'yaml'
import { diffLines } from '#ui/diff-lines.ts'
import type { Path } from './policy-text.ts'

/**
 * The text with a value put somewhere; undefined removes it, and with it what is then empty. A broken text stays.
 *
 * A value that is there already is replaced in place, so that one changed field is one changed line. Anything larger is
 * written by the YAML library in the manner of the text, comments kept.
 */
export function writePolicyText(text: string, path: Path, value: unknown): string {
  const document = parseDocument(text)
  if (document.errors.length > 0) return text
  const node = document.getIn(path, true)
  if (isScalar(node) && value !== undefined && typeof value !== 'object') {
    const replaced = replaceScalar(text, node, value)
    if (replaced !== undefined && holds(replaced, path, value)) return replaced
  }
  if (value === undefined) remove(document, path)
  else {
    const next = document.createNode(value)
    // A list written in one line stays in one line.
    if (isCollection(node) && isCollection(next) && node.flow !== undefined) next.flow = node.flow
    document.setIn(path, next)
  }
  const manner = {
    lineWidth: 0,
    flowCollectionPadding: /[[{] \S/.test(text),
    indentSeq: !/^( *)(?:- )?[^\s#-][^\n]*:\n\1- /m.test(text),
  }
  return keepLines(text, parseDocument(text).toString(manner), document.toString(manner))
}

/**
 * What the library writes out anew without an edit, spaces before a comment for one, is no edit either: where its two
 * writings agree, the author's own line stays.
 */
function keepLines(text: string, before: string, after: string): string {
  const own = text.split('\n')
  if (own.length !== before.split('\n').length) return after
  const lines = diffLines(before, after).flatMap((line) =>
    line.kind === 'removed' ? [] : [line.kind === 'same' ? (own[line.before - 1] ?? '') : line.text],
  )
  const kept = `${lines.join('\n')}\n`
  return JSON.stringify(parseDocument(kept).toJS()) === JSON.stringify(parseDocument(after).toJS()) ? kept : after
}

function replaceScalar(text: string, node: Scalar, value: unknown): string | undefined {
  const [from, to] = node.range ?? []
  // A block of several lines and a value with an anchor are more than their characters.
  if (from === undefined || to === undefined || node.anchor || node.type?.startsWith('BLOCK')) return undefined
  const written =
    node.type === 'QUOTE_DOUBLE' && typeof value === 'string'
      ? JSON.stringify(value)
      : node.type === 'QUOTE_SINGLE' && typeof value === 'string'
        ? `'${value.replaceAll("'", "''")}'`
        : stringify(value, { lineWidth: 0 }).trimEnd()
  return written.includes('\n') ? undefined : text.slice(0, from) + written + text.slice(to)
}

/** Whether the text reads back as meant; a plain value in a list of one line may not. */
function holds(text: string, path: Path, value: unknown): boolean {
  const document = parseDocument(text)
  return document.errors.length === 0 && document.getIn(path) === value
}

function remove(document: Document, path: Path): void {
  document.deleteIn(path)
  for (let depth = path.length - 1; depth > 1; depth--) {
    const parent = document.getIn(path.slice(0, depth))
    if (!isNode(parent) || !isCollection(parent) || parent.items.length > 0) break
    document.deleteIn(path.slice(0, depth))
  }
}
