import type { Finding } from '@heddle/shared/api/problem'
import { isKind } from '@heddle/shared/model/any-object'
import { valueAt } from '@heddle/shared/model/field-path'
import type { ModelProblem } from '@heddle/shared/model/model-problem'
import { defaultNamespace } from '@heddle/shared/model/object-meta'
import { formatRef } from '@heddle/shared/model/object-ref'
import { problemCodes } from '@heddle/shared/model/problem-codes'

/** The problems of a document that could not be read, as findings. They name the object as far as it names itself. */
export function parseFindings(document: unknown, problems: readonly ModelProblem[]): Finding[] {
  const kind = valueAt(document, ['kind'])
  const name = valueAt(document, ['metadata', 'name'])
  const namespace = valueAt(document, ['metadata', 'namespace']) ?? defaultNamespace
  const object =
    typeof kind === 'string' && isKind(kind) && typeof name === 'string' && typeof namespace === 'string'
      ? formatRef({ kind, namespace, name })
      : undefined
  return problems.map(({ code, path, message, fix, repair }) => ({
    code,
    severity: problemCodes[code].severity,
    path,
    message,
    ...(object === undefined ? {} : { object }),
    ...(fix === undefined ? {} : { fix }),
    ...(repair === undefined ? {} : { repair }),
  }))
}
