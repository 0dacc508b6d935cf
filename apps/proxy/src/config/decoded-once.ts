const decodedOf = new WeakMap<object, unknown>()

/** A message that is the same object as before is not decoded again: a push touches what changed. */
export function decodedOnce<Message extends object, Decoded>(
  message: Message,
  decode: (message: Message) => Decoded,
): Decoded {
  const known = decodedOf.get(message)
  if (known !== undefined) return known as Decoded // kept under this message, by this decoder
  const decoded = decode(message)
  decodedOf.set(message, decoded)
  return decoded
}

/** What was decoded elsewhere, by the same decoder. */
export function keepDecoded(message: object, decoded: unknown): void {
  decodedOf.set(message, decoded)
}
