import type { Finding } from '@heddle/shared/api/problem'
import type { PolicyObject } from '@heddle/shared/model/any-object'
import { type FieldPath, toPointer } from '@heddle/shared/model/field-path'
import { formatRef, refOf } from '@heddle/shared/model/object-ref'
import { type ProblemCode, problemCodes } from '@heddle/shared/model/problem-codes'

export type FindingWords = {
  readonly message: string
  /** What would happen. */
  readonly why?: string
  readonly fix?: string
  /** A value that would mend the place. */
  readonly value?: string | number
  readonly related?: readonly PolicyObject[]
}

/** A finding about one place of one policy. Its severity belongs to its code. */
export function finding(code: ProblemCode, policy: PolicyObject, path: FieldPath, words: FindingWords): Finding {
  const { message, why, fix, value, related } = words
  return {
    code,
    severity: problemCodes[code].severity,
    object: formatRef(refOf(policy)),
    path: toPointer(path),
    message,
    ...(why === undefined ? {} : { why }),
    ...(fix === undefined ? {} : { fix }),
    ...(value === undefined ? {} : { repair: { kind: 'put' as const, path: toPointer(path), value } }),
    ...(related === undefined ? {} : { related: related.map((other) => formatRef(refOf(other))) }),
  }
}
