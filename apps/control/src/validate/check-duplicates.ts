import type { Finding } from '@heddle/shared/api/problem'
import { formatRef, refOf } from '@heddle/shared/model/object-ref'
import { finding } from './finding.ts'
import type { ValidationContext } from './validation-context.ts'

/** An object has one name, and a name one object. */
export function* checkDuplicates({ policies }: ValidationContext): Iterable<Finding> {
  const seen = new Set<string>()
  for (const policy of policies) {
    const name = formatRef(refOf(policy))
    if (seen.has(name)) {
      yield finding('HED-306', policy, ['metadata', 'name'], {
        message: `${name} is there twice`,
        why: 'Only one of the two could be in force.',
        fix: 'Rename one of them, or remove it.',
      })
    }
    seen.add(name)
  }
}
