import { type DescMessage, fromBinary, type Message, toBinary } from '@bufbuild/protobuf'
import type { Random } from './random.ts'

const oddTexts = [
  '',
  '*',
  '/',
  '%',
  '%REQ(',
  '(a+)+$',
  'a'.repeat(5000),
  '\0',
  '-',
  '127.0.0.1',
  '__proto__',
  '[',
  '\\1',
]
const oddNumbers = [0, 1, 2, -1, 65_535, 65_536, 2 ** 31 - 1, 2 ** 32 - 1]

/** Changes a few fields of a message, however deep, those packed into an Any too. What it makes may have no binary form. */
export function mutateMessage(message: object, random: Random, known: ReadonlyMap<string, DescMessage>): void {
  for (let change = 1 + random.below(3); change > 0; change--) changeOne(message, random, known, 0)
}

function changeOne(value: object, random: Random, known: ReadonlyMap<string, DescMessage>, depth: number): void {
  if (isAny(value)) {
    changeInside(value, random, known)
    return
  }
  const record = value as Record<string, unknown>
  const keys = Object.keys(record).filter((key) => !key.startsWith('$'))
  if (keys.length === 0) return
  const key = random.pick(keys)
  const field = record[key]
  if (typeof field === 'object' && field !== null && !ArrayBuffer.isView(field) && (depth < 2 || random.chance(0.85))) {
    if (Array.isArray(field) && random.chance(0.2)) changeList(field, random)
    else changeOne(field, random, known, depth + 1)
    return
  }
  record[key] = changed(field, random)
}

function changeList(list: unknown[], random: Random): void {
  const at = random.below(list.length + 1)
  if (random.chance(0.5)) list.splice(at, 1)
  else if (at < list.length) list.push(list[at])
}

function changed(field: unknown, random: Random): unknown {
  switch (typeof field) {
    case 'string':
      return random.pick(oddTexts)
    case 'number':
      return random.pick(oddNumbers)
    case 'bigint':
      return BigInt(random.pick(oddNumbers))
    case 'boolean':
      return !field
    default:
      return undefined
  }
}

type AnyMessage = { typeUrl: string; value: Uint8Array }

function isAny(value: object): value is AnyMessage {
  return 'typeUrl' in value && 'value' in value && ArrayBuffer.isView(value.value)
}

function changeInside(any: AnyMessage, random: Random, known: ReadonlyMap<string, DescMessage>): void {
  const schema = known.get(any.typeUrl.slice(any.typeUrl.lastIndexOf('/') + 1))
  if (schema === undefined || random.chance(0.05)) {
    any.value = any.value.subarray(0, random.below(any.value.length + 1))
    return
  }
  try {
    const inner: Message = fromBinary(schema, any.value)
    mutateMessage(inner, random, known)
    any.value = toBinary(schema, inner)
  } catch {
    // A value that has no binary form stays what it was.
  }
}
