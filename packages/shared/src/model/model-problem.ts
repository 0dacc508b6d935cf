import type { ProblemCode } from './problem-codes.ts'
import type { Repair } from './repair.ts'

/** One thing that is wrong with one object, read alone. */
export type ModelProblem = {
  readonly code: ProblemCode
  /** JSON pointer into the object, "" for the whole. */
  readonly path: string
  /** Names the field and what is wrong with it. */
  readonly message: string
  /** How to go on. */
  readonly fix?: string
  /** The same for an editor, where it is one clear edit. */
  readonly repair?: Repair
}
