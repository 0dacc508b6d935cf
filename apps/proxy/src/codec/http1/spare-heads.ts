import type { FieldMemory } from './field-memory.ts'
import { RequestHead } from './request-head.ts'

/** More are made anew: so many requests at once are under way in few processes. */
const sparesMax = 256
const spares: RequestHead[] = []

/** What a connection has between two requests. Nobody writes into it. */
export const noHead = new RequestHead()

/** For one request: what waits for the next one needs no room for its fields. `memory` is that of the connection. */
export function takeHead(memory: FieldMemory): RequestHead {
  const head = spares.pop() ?? new RequestHead()
  head.memory = memory
  return head
}

/** The request is over and nobody looks at its head any more. */
export function giveHead(head: RequestHead): void {
  if (head === noHead || spares.length >= sparesMax) return
  head.memory = undefined
  spares.push(head)
}
