import type { Edit } from '@heddle/shared/api/changes'
import type { Finding } from '@heddle/shared/api/problem'
import { isPolicy, type PolicyObject } from '@heddle/shared/model/any-object'
import { parseObject } from '@heddle/shared/model/parse-object'
import { parseDocument, stringify } from 'yaml'
import { parseFindings } from '../validate/parse-findings.ts'

/** An edit with its object read. */
export type ReadEdit =
  | { readonly op: 'put'; readonly key: string; readonly object: PolicyObject; readonly yaml: string }
  | {
      readonly op: 'delete'
      readonly key: string
      readonly kind: string
      readonly namespace: string
      readonly name: string
    }

export function objectKey(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`
}

/** Reads edits strictly: what is wrong comes back as findings, and nothing is half taken. */
export function readEdits(edits: readonly Edit[]): {
  readonly edits: readonly ReadEdit[]
  readonly findings: readonly Finding[]
} {
  const read: ReadEdit[] = []
  const findings: Finding[] = []
  const seen = new Set<string>()
  for (const edit of edits) {
    const result =
      edit.op === 'delete' ? { edit: { ...edit, key: objectKey(edit.kind, edit.namespace, edit.name) } } : readPut(edit)
    if ('findings' in result) {
      findings.push(...result.findings)
      continue
    }
    if (seen.has(result.edit.key)) {
      findings.push({
        code: 'HED-001',
        severity: 'error',
        object: result.edit.key,
        path: '',
        message: 'is edited twice in one change',
      })
    }
    seen.add(result.edit.key)
    read.push(result.edit)
  }
  return { edits: read, findings }
}

function readPut(edit: Extract<Edit, { op: 'put' }>): { edit: ReadEdit } | { findings: Finding[] } {
  const written = edit.yaml ?? stringify(edit.object)
  const document = parseDocument(written, { uniqueKeys: true })
  const [error] = document.errors
  if (error) {
    const line = error.linePos?.[0].line
    return {
      findings: [
        {
          code: 'HED-002',
          severity: 'error',
          path: '',
          message: `line ${line ?? '?'}: ${error.message.split('\n')[0]}`,
        },
      ],
    }
  }
  const value: unknown = document.toJS({ maxAliasCount: 50 })
  const parsed = parseObject(value)
  if (parsed.kind === 'invalid') return { findings: parseFindings(value, parsed.problems) }
  const { object } = parsed
  if (!isPolicy(object)) {
    return {
      findings: [
        {
          code: 'HED-003',
          severity: 'error',
          path: '/kind',
          message: `${object.kind} belongs to the catalog and is not changed this way`,
        },
      ],
    }
  }
  const { namespace = 'default', name } = object.metadata
  return { edit: { op: 'put', key: objectKey(object.kind, namespace, name), object, yaml: written } }
}
