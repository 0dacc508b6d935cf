import { applyHeaderEdits } from '@heddle/engine/mutate/apply-header-edits'
import type { FormatView } from '@heddle/engine/mutate/format-view'
import type { HeaderEdit } from '@heddle/engine/mutate/header-edit'
import { HeaderBlock } from '../message/header-block.ts'

/** What a check says of itself, as its settings change it; a name may stand there more than once. */
export function checkHeaders(own: Readonly<Record<string, string>>, edits: readonly HeaderEdit[]): [string, string][] {
  const block = new HeaderBlock()
  for (const [name, value] of Object.entries(own)) block.append(name, value)
  applyHeaderEdits(edits, block, nobody)
  return block.names
    .slice(0, block.count)
    .map((name, index): [string, string] => [name, block.values[index] ?? ''])
    .filter(([name]) => name !== '')
}

/** Several lines of a name as one (RFC 9110 §5.3): Node's client of HTTP/2 takes some of them only once. */
export function joinedHeaders(headers: readonly (readonly [string, string])[]): Record<string, string> {
  const joined: Record<string, string> = {}
  for (const [name, value] of headers) joined[name] = name in joined ? `${joined[name]},${value}` : value
  return joined
}

const nothing = () => undefined
/** Values of checks are plain texts. */
const nobody: FormatView = {
  requestHeader: nothing,
  responseHeader: nothing,
  responseTrailer: nothing,
  command: nothing,
}
