import type { Random } from './random.ts'

/** A decoder, what to feed it with, and what must hold of every input. */
export type FuzzTarget = {
  readonly name: string
  /** Inputs to begin with; the kept ones of `corpus/<name>` come first. */
  readonly seeds: readonly Buffer[]
  /** A new input, out of the grammar or out of one that is known. */
  generate(random: Random, known: readonly Buffer[]): Buffer
  /** What is wrong; undefined when all holds. It may throw, which is wrong too. */
  check(input: Buffer): string | undefined | Promise<string | undefined>
  /** Ends what the first check has started. */
  close?(): Promise<void>
}
