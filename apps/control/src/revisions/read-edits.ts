import type { Edit } from '@heddle/shared/api/changes'
import type { Finding } from '@heddle/shared/api/problem'
import { isPolicy, type PolicyObject } from '@heddle/shared/model/any-object'
import { parseObject } from '@heddle/shared/model/parse-object'
import { stringify } from 'yaml'
import { metered } from '../load/work-meter.ts'
import { parseFindings } from './parse-findings.ts'
import { parseYaml, YamlRefused } from './parse-yaml.ts'

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

/** The keys of the objects that edits name, as far as they can be read. */
export function objectKeys(edits: readonly Edit[]): string[] {
  return readEdits(edits).edits.map(({ key }) => key)
}

type ReadEdits = { readonly edits: readonly ReadEdit[]; readonly findings: readonly Finding[] }

/** A request asks for the same edits several times, and a large one takes a while to read. */
const known = new WeakMap<readonly Edit[], ReadEdits>()

/** Reads edits strictly: what is wrong comes back as findings, and nothing is half taken. */
export function readEdits(edits: readonly Edit[]): ReadEdits {
  const before = known.get(edits)
  if (before !== undefined) return before
  const result = metered(() => readAll(edits))
  known.set(edits, result)
  return result
}

function readAll(edits: readonly Edit[]): ReadEdits {
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
  if (edit.yaml === undefined && edit.object === undefined)
    return broken('HED-006', 'neither "yaml" nor "object" is given')
  const written = edit.yaml ?? stringify(edit.object)
  try {
    return readValue(parseYaml(written), written)
  } catch (error) {
    if (error instanceof YamlRefused) return broken('HED-002', error.message)
    // An alias that grows without end, or a nesting that the parser itself gave up on.
    return broken('HED-002', `cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

function broken(code: 'HED-002' | 'HED-003' | 'HED-006', message: string, path = ''): { findings: Finding[] } {
  return { findings: [{ code, severity: 'error', path, message }] }
}

function readValue(value: unknown, written: string): { edit: ReadEdit } | { findings: Finding[] } {
  const parsed = parseObject(value)
  if (parsed.kind === 'invalid') return { findings: parseFindings(value, parsed.problems) }
  const { object } = parsed
  if (!isPolicy(object)) {
    return broken('HED-003', `${object.kind} belongs to the catalog and is not changed this way`, '/kind')
  }
  const { namespace = 'default', name } = object.metadata
  return { edit: { op: 'put', key: objectKey(object.kind, namespace, name), object, yaml: written } }
}
