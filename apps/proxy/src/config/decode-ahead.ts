import { inSlices } from '../clock/time-slice.ts'
import type { ResourceKind } from './build-config.ts'
import { decodeSteps } from './decode-resource.ts'
import { decodedOnceSteps } from './decoded-once.ts'

/**
 * Decodes resources a bit at a time, with traffic in between, and keeps the results for `buildConfig`. What cannot be decoded is
 * left to it too; it says why.
 */
export function decodeAhead(kind: ResourceKind, messages: Iterable<unknown>): Promise<void> {
  return inSlices(stepsOf(kind, messages))
}

function* stepsOf(kind: ResourceKind, messages: Iterable<unknown>): Generator<undefined, void> {
  const decode = decodeSteps[kind] as (message: object) => Generator<undefined, unknown> // the kind decides the message type
  for (const message of messages as Iterable<object>) {
    // likewise
    yield* decodedOnceSteps(message, decode)
    yield
  }
}
