import type { FieldMemory } from './field-memory.ts'
import { RequestHead } from './request-head.ts'
import { ResponseHead } from './response-head.ts'

/** More are made anew: so many requests at once are under way in few processes. */
const sparesMax = 256
const spares: RequestHead[] = []
const spareAnswers: ResponseHead[] = []

/** What a connection has between two requests. Nobody writes into it. */
export const noHead = new RequestHead()
/** What a connection has while no answer comes. Nobody writes into it. */
export const noResponseHead = new ResponseHead()

/** For one request: what waits for the next one needs no room for its fields. `memory` is that of the connection, if it has one. */
export function takeHead(memory: FieldMemory | undefined): RequestHead {
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

/** For one answer: most are over before the next one is read, whose fields then go where the processor's cache has room. */
export function takeResponseHead(memory: FieldMemory): ResponseHead {
  const head = spareAnswers.pop() ?? new ResponseHead()
  head.memory = memory
  return head
}

/** The answer is over and nobody looks at its head any more. */
export function giveResponseHead(head: ResponseHead): void {
  if (head === noResponseHead || spareAnswers.length >= sparesMax) return
  head.memory = undefined
  spareAnswers.push(head)
}
