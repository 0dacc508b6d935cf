import { Random } from '../fuzz/random.ts'

/** Draws of parts of a configuration. */
export class Draw extends Random {
  /** `{ [name]: value }` with this chance, and otherwise nothing to spread. */
  maybe(share: number, name: string, value: () => unknown): Record<string, unknown> {
    return this.chance(share) ? { [name]: value() } : {}
  }

  /** None to `most` of them. */
  some<Value>(most: number, make: () => Value): Value[] {
    return Array.from({ length: this.below(most + 1) }, make)
  }
}
