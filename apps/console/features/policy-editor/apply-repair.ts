import type { Repair } from '@heddle/shared/model/repair'
import { isMap, isScalar, type Pair, parseDocument } from 'yaml'
import { pathOfPointer } from './path-of-pointer.ts'
import { writePolicyText } from './write-policy-text.ts'

/** The text with one finding mended, and nothing else touched. A text that cannot be read stays. */
export function applyRepair(text: string, repair: Repair): string {
  const path = pathOfPointer(repair.path)
  switch (repair.kind) {
    case 'put':
      return writePolicyText(text, path, repair.value)
    case 'remove':
      return writePolicyText(text, path, undefined)
    case 'rename': {
      const range = keyRange(text, path)
      return range === undefined ? text : text.slice(0, range[0]) + repair.key + text.slice(range[1])
    }
  }
}

/** Where the name of a field stands in the text. */
function keyRange(text: string, path: readonly (string | number)[]): readonly [number, number] | undefined {
  const document = parseDocument(text)
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (document.errors.length > 0 || !isMap(parent)) return undefined
  const pair: Pair | undefined = parent.items.find(({ key }) => String(key) === String(path.at(-1)))
  const range = isScalar(pair?.key) ? pair.key.range : undefined
  return range ? [range[0], range[1]] : undefined
}
