import { createRegistry, type DescMessage, fromJson, type JsonValue, type MessageShape } from '@bufbuild/protobuf'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import { type Document, parseDocument } from 'yaml'
import { canonicalJson } from './canonical-json.ts'
import { placeOfFault } from './place-of-fault.ts'

const registry = createRegistry(...typedExtensions)

/** A message written as YAML or JSON. Unknown fields are refused. Throws an `Error` with the place and the reason. */
export function parseProtoText<Desc extends DescMessage>(schema: Desc, text: string): MessageShape<Desc> {
  // A key that is a map or a list is refused as an unknown field: no warning of the library is needed beside that.
  const document = parseDocument(text, { uniqueKeys: true, logLevel: 'error' })
  const [error] = document.errors
  if (error) {
    const [at] = error.linePos ?? []
    const place = at ? `line ${at.line}, column ${at.col}: ` : ''
    // The library's own words for what it cannot follow.
    const isTooDeep = error.message.startsWith('Maximum call stack size exceeded')
    throw new Error(`${place}${isTooDeep ? 'is nested too deeply' : error.message.split('\n')[0]}`)
  }
  const json = plain(document)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error('is not an object')
  const canonical = canonicalJson(schema, json as JsonValue, registry)
  try {
    return fromJson(schema, canonical, { registry })
  } catch (cause) {
    const { path, reason } = placeOfFault(schema, canonical, registry) ?? { path: '', reason: (cause as Error).message }
    throw new Error(path === '' ? reason : `${path}: ${reason}`, { cause })
  }
}

/** Files that programs write say most things once, and then by alias; those that only grow by them say so much more often. */
const aliasesMax = 10_000

/** An alias may name no anchor. */
function plain(document: Document): JsonValue {
  try {
    return document.toJS({ maxAliasCount: aliasesMax }) as JsonValue
  } catch (cause) {
    const isTooMuch = (cause as Error).message.startsWith('Excessive alias count')
    throw isTooMuch ? new Error(`one anchor stands for more than ${aliasesMax} copies`, { cause }) : cause
  }
}
