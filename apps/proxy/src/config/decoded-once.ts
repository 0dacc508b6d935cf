import { allSteps } from '../clock/all-steps.ts'

type Decoded = { readonly value: unknown } | { readonly failure: unknown }
type Steps<Message, Value> = (message: Message) => Generator<undefined, Value>

const decodedOf = new WeakMap<object, Decoded>()

/**
 * A message that is the same object as before is not decoded again: a push touches what changed. One that cannot be decoded
 * throws the same each time.
 */
export function decodedOnce<Message extends object, Value>(message: Message, decode: Steps<Message, Value>): Value {
  const decoded = decodedOf.get(message) ?? whole(message, decode)
  if ('failure' in decoded) throw decoded.failure
  return decoded.value as Value // kept under this message, by this decoder
}

/** The same a bit at a time, ahead of who will ask. */
export function* decodedOnceSteps<Message extends object>(
  message: Message,
  decode: Steps<Message, unknown>,
): Generator<undefined> {
  if (decodedOf.has(message)) return
  try {
    decodedOf.set(message, { value: yield* decode(message) })
  } catch (failure) {
    decodedOf.set(message, { failure })
  }
}

function whole<Message extends object>(message: Message, decode: Steps<Message, unknown>): Decoded {
  allSteps(decodedOnceSteps(message, decode))
  return decodedOf.get(message) as Decoded // that is what the steps do
}
