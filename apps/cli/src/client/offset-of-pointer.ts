import { isMap, isNode, isSeq } from 'yaml'

/** Where the field of a JSON pointer (RFC 6901) begins in the text; its nearest parent that is there. Pure. */
export function offsetOfPointer(contents: unknown, pointer: string): number | undefined {
  let node = contents
  let offset = beginOf(node)
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    const pair = isMap(node) ? node.items.find((each) => String(each.key) === key) : undefined
    node = pair ? pair.value : isSeq(node) ? node.items[Number(key)] : undefined
    const next = beginOf(pair?.key) ?? beginOf(node)
    if (next === undefined) break
    offset = next
  }
  return offset
}

function beginOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}
