import type { Edit } from '@heddle/shared/api/changes'
import type { Finding } from '@heddle/shared/api/problem'
import { isScalar, parseDocument, stringify } from 'yaml'
import type { ActivePolicy } from '../revisions/apply-edits.ts'
import { differences } from '../revisions/describe-difference.ts'
import { type ReadEdit, readEdits } from '../revisions/read-edits.ts'
import { type MergeConflict, type MergePatch, mergeObject } from './merge-object.ts'

export type Rebased = {
  /** Those that still change anything. */
  readonly edits: readonly Edit[]
  /** Places that somebody has to decide on. */
  readonly conflicts: readonly Finding[]
}

/**
 * Edits that were made from one state of the mesh, as edits of another: what others changed since is taken over, field by
 * field, and the text keeps its comments. Pure.
 */
export function rebaseEdits(
  edits: readonly Edit[],
  base: readonly ActivePolicy[],
  active: readonly ActivePolicy[],
): Rebased {
  const rebased: Edit[] = []
  const conflicts: Finding[] = []
  for (const edit of edits) {
    const [read] = readEdits([edit]).edits
    // A draft that cannot be read yet: left to its author.
    if (read === undefined) {
      rebased.push(edit)
      continue
    }
    const find = (policies: readonly ActivePolicy[]) => policies.find(({ key }) => key === read.key)?.object
    const result = rebaseOne(edit, read, find(base), find(active))
    if (result.kind === 'conflict') conflicts.push(...result.conflicts)
    else if (result.kind === 'edit') rebased.push(result.edit)
  }
  return { edits: rebased, conflicts }
}

type One =
  | { readonly kind: 'edit'; readonly edit: Edit }
  /** The mesh is as it asks already. */
  | { readonly kind: 'done' }
  | { readonly kind: 'conflict'; readonly conflicts: readonly Finding[] }

function rebaseOne(edit: Edit, read: ReadEdit, base: object | undefined, theirs: object | undefined): One {
  const ours = read.op === 'put' ? read.object : undefined
  const { patches, conflicts } = mergeObject(base, ours, theirs)
  if (conflicts.length > 0) return { kind: 'conflict', conflicts: conflicts.map((each) => findingOf(read.key, each)) }
  // It asked for nothing, and others took the object away.
  if (patches.some(({ path }) => path.length === 0)) return { kind: 'done' }
  if (ours === undefined) return theirs === undefined ? { kind: 'done' } : { kind: 'edit', edit }
  if (patches.length === 0) {
    return theirs !== undefined && sameFields(ours, theirs) ? { kind: 'done' } : { kind: 'edit', edit }
  }
  return { kind: 'edit', edit: { op: 'put', yaml: patches.reduce(patched, read.op === 'put' ? read.yaml : '') } }
}

/** The text with one place taken over. A single value is replaced where it stands, so that nothing else looks changed. */
function patched(text: string, { path, value }: MergePatch): string {
  const document = parseDocument(text)
  const node = document.getIn(path, true)
  if (
    isScalar(node) &&
    node.range &&
    !node.anchor &&
    isPlain(node.type) &&
    ['string', 'number', 'boolean'].includes(typeof value)
  ) {
    const next = text.slice(0, node.range[0]) + stringify(value, { lineWidth: 0 }).trimEnd() + text.slice(node.range[1])
    // Within flow collections and comments a text may read otherwise than it was meant.
    if (parseDocument(next).getIn(path) === value) return next
  }
  if (value === undefined) document.deleteIn(path)
  else document.setIn(path, document.createNode(value))
  return document.toString({ lineWidth: 0 })
}

/** Not a block of several lines, which is more than its characters. */
function isPlain(type: string | undefined): boolean {
  return type === 'PLAIN' || type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE'
}

function sameFields(a: object, b: object): boolean {
  const { patches, conflicts } = mergeObject(a, a, b)
  return patches.length + conflicts.length === 0
}

function findingOf(object: string, { path, base, ours, theirs }: MergeConflict): Finding {
  return {
    code: 'HED-005',
    severity: 'error',
    object,
    path: path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    message: tell(path.join('.'), base, ours, theirs),
    fix: 'Decide which it is to be, and edit the change on the active revision.',
  }
}

/** Of a list, which is taken whole, only what is different in it: its beginning says the same of all three. */
function tell(at: string, base: unknown, ours: unknown, theirs: unknown): string {
  if (![base, ours, theirs].every(Array.isArray)) {
    return `${show(base)} became ${show(theirs)} meanwhile, and this change makes it ${show(ours)}`
  }
  return `both changed this list. Meanwhile ${few(differences(base, theirs, at))}; in this change ${few(differences(base, ours, at))}`
}

function few(sentences: readonly string[]): string {
  const shown = sentences.slice(0, 3).join(', ')
  return sentences.length > 3 ? `${shown} and ${sentences.length - 3} more` : shown
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
