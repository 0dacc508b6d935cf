import { type DescMessage, fromBinary, type Message, type MessageShape } from '@bufbuild/protobuf'
import { type Any, AnySchema } from '@bufbuild/protobuf/wkt'
import { ResourceRejected } from '../errors/resource-rejected.ts'
import { typedExtensions } from './typed-extensions.ts'

/**
 * Refuses a message that came as bytes with a field that our protos do not know, wherever in it that is: a newer sender asks
 * for something, and nobody here could say what. JSON with such a field cannot be read at all.
 */
export function refuseUnknown<Schema extends DescMessage>(
  schema: Schema,
  message: MessageShape<Schema>,
  path = '',
): void {
  refuseOwn(message, path)
  for (const child of childrenOf(schema)) {
    eachOf(child, message, (inner, at) => refuseInner(child.schema, inner, path === '' ? at : `${path}.${at}`))
  }
}

/** The same a bit at a time, for what grows large: lists of lists, as routes of virtual hosts, or endpoints of localities. */
export function* refuseUnknownSteps<Schema extends DescMessage>(
  schema: Schema,
  message: MessageShape<Schema>,
  path = '',
  depth = 2,
): Generator<undefined> {
  refuseOwn(message, path)
  for (const child of childrenOf(schema)) {
    const inner: [Message, string][] = []
    eachOf(child, message, (each, at) => inner.push([each, path === '' ? at : `${path}.${at}`]))
    for (const [each, at] of inner) {
      if (depth > 1 && child.kind === 'list') yield* refuseUnknownSteps(child.schema, each, at, depth - 1)
      else refuseInner(child.schema, each, at)
      yield
    }
  }
}

function refuseOwn({ $unknown: unknown }: Message, path: string): void {
  const [first] = unknown ?? []
  if (first === undefined) return
  throw new ResourceRejected(path, `has a field with the number ${first.no}, which is not known here`)
}

function refuseInner(schema: DescMessage, message: Message, path: string): void {
  refuseUnknown(schema, message, path)
  if (schema.typeName !== AnySchema.typeName) return
  const { typeUrl, value } = message as Any // by its name
  const packed = packable.get(typeUrl.slice(typeUrl.lastIndexOf('/') + 1))
  // Whoever reads it refuses a type that is not known, or passes over one that is optional.
  if (packed !== undefined) refuseUnknown(packed, fromBinary(packed, value), path)
}

const packable = new Map<string, DescMessage>(typedExtensions.map((schema) => [schema.typeName, schema]))

/** A field that holds messages. */
type Child = {
  readonly kind: 'one' | 'list' | 'map'
  readonly name: string
  readonly localName: string
  /** The property that it shares with others; undefined for a field of its own. */
  readonly oneof: string | undefined
  readonly schema: DescMessage
}

const known = new WeakMap<DescMessage, readonly Child[]>()

function childrenOf(schema: DescMessage): readonly Child[] {
  let children = known.get(schema)
  if (children === undefined) {
    children = schema.fields.flatMap((field): Child[] => {
      const inner = field.message
      // Times, numbers that may be absent, and structs, which are JSON here, hold nothing that could be newer.
      if (
        inner === undefined ||
        (inner.file.name.startsWith('google/protobuf/') && inner.typeName !== AnySchema.typeName)
      ) {
        return []
      }
      const kind = field.fieldKind === 'message' ? 'one' : field.fieldKind === 'list' ? 'list' : 'map'
      return [{ kind, name: field.name, localName: field.localName, oneof: field.oneof?.localName, schema: inner }]
    })
    known.set(schema, children)
  }
  return children
}

function eachOf(child: Child, message: Message, take: (inner: Message, at: string) => void): void {
  const values = message as unknown as Readonly<Record<string, unknown>> // by the names of the fields
  const { name, localName, oneof } = child
  if (oneof !== undefined) {
    const { case: chosen, value } = values[oneof] as { case?: string; value?: unknown } // so a oneof is written
    if (chosen === localName) take(value as Message, name) // the field's type
    return
  }
  const value = values[localName]
  if (value === undefined) return
  switch (child.kind) {
    case 'one':
      take(value as Message, name) // the field's type
      return
    case 'list':
      for (const [index, each] of (value as readonly Message[]).entries()) take(each, `${name}[${index}]`) // likewise
      return
    case 'map':
      for (const [key, each] of Object.entries(value as Record<string, Message>)) take(each, `${name}["${key}"]`) // likewise
  }
}
