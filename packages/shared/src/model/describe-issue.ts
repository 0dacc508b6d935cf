import { z } from 'zod'
import { didYouMean } from './did-you-mean.ts'
import { type FieldPath, toDotted, toPointer, valueAt } from './field-path.ts'
import { fieldSupport } from './field-support.ts'
import { issueCodes } from './issue-code.ts'
import type { ModelProblem } from './model-problem.ts'
import { type ProblemCode, problemCodes } from './problem-codes.ts'
import type { Repair } from './repair.ts'
import { schemaAt } from './schema-at.ts'

/** Turns one refusal of a schema into problems that name the field, what is wrong and how to go on. */
export function describeIssue(root: z.core.$ZodType, value: unknown, issue: z.core.$ZodIssue): ModelProblem[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol')
  const schema = schemaAt(root, value, path)
  const known = schema && issueCodes.get(schema)
  const one = (code: ProblemCode, message: string, fix?: string, repair?: Repair): ModelProblem[] => [
    problem(known?.code ?? code, path, message, fix, repair),
  ]
  const found = valueAt(value, path)

  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(schema, path, key))
    case 'invalid_type':
      if (found === undefined) return [problem('HED-104', path, 'is missing', `Add ${toDotted(path)}.`)]
      // A wrong type is a wrong type, whatever the schema says about its form.
      return [problem('HED-103', path, `must be ${nounOf(issue.expected)}, not ${describeValue(found)}`)]
    case 'invalid_value':
      if (found === undefined) {
        const choices = issue.values.map((choice) => JSON.stringify(choice)).join(' or ')
        return [problem('HED-104', path, 'is missing', `Add ${toDotted(path)}: ${choices}.`)]
      }
      return one(...wrongChoice(schema, path, found, issue.values.map(String), isCustom(issue.message)))
    case 'invalid_union':
      if ('discriminator' in issue && typeof issue.discriminator === 'string') {
        const union = schemaAt(root, value, path.slice(0, -1))
        const choices = union instanceof z.ZodDiscriminatedUnion ? choicesOf(union) : []
        if (found === undefined) {
          return [problem('HED-104', path, 'is missing', `Write one of ${choices.join(', ')}.`)]
        }
        return one(...wrongChoice(union, path, found, choices, undefined))
      }
      if (found === undefined) return [problem('HED-104', path, 'is missing', `Add ${toDotted(path)}.`)]
      return one('HED-105', `${describeValue(found)} is not allowed`, describeOptions(issue))
    case 'too_big':
      return one('HED-106', tooBig(issue))
    case 'too_small':
      return one('HED-106', tooSmall(issue))
    case 'invalid_format':
      if (issue.format === 'datetime') {
        return one('HED-105', `${describeValue(found)} is not a time`, 'Write it as 2026-12-01T15:00:00Z.')
      }
      return one(
        'HED-105',
        found === ''
          ? `must not be empty: ${issue.message}`
          : `${describeValue(found)} is not allowed: ${issue.message}`,
      )
    case 'invalid_key':
      return one('HED-105', `is not a key that is allowed here: ${issue.issues[0]?.message ?? issue.message}`)
    case 'custom':
      // A refinement that names its code knows better than the field's schema.
      return [problem(codeOf(issue.params) ?? known?.code ?? 'HED-105', path, issue.message, fixOf(issue.params))]
    case 'not_multiple_of':
    case 'invalid_element':
      return one('HED-105', issue.message)
  }
}

function problem(code: ProblemCode, path: FieldPath, message: string, fix?: string, repair?: Repair): ModelProblem {
  const at = toDotted(path)
  // A refusal by name says the field itself, in the words people search for.
  const text = at === '' || message.startsWith('not supported yet') ? message : `${at}: ${message}`
  return {
    code,
    path: toPointer(path),
    message: text,
    ...(fix === undefined ? {} : { fix }),
    ...(repair === undefined ? {} : { repair }),
  }
}

function unknownField(schema: z.core.$ZodType | undefined, path: FieldPath, key: string): ModelProblem {
  const support = schema && fieldSupport.get(schema)
  const fieldPath = [...path, key]
  if (support?.notYet.includes(key)) {
    const repair: Repair = { kind: 'remove', path: toPointer(fieldPath) }
    return problem('HED-102', fieldPath, `not supported yet: ${toDotted(fieldPath)}`, 'Remove the field.', repair)
  }
  const refused = support?.refused
  if (refused && Object.hasOwn(refused, key)) {
    return problem('HED-112', fieldPath, 'is not written here', refused[key])
  }
  const names = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
  const near = didYouMean(key, [...names, ...(support?.notYet ?? [])])
  return problem(
    'HED-101',
    fieldPath,
    'unknown field',
    near ? `Did you mean "${near}"?` : names.length > 0 ? `Known fields: ${names.join(', ')}.` : undefined,
    near ? { kind: 'rename', path: toPointer(fieldPath), key: near } : undefined,
  )
}

function wrongChoice(
  schema: z.core.$ZodType | undefined,
  path: FieldPath,
  found: unknown,
  choices: readonly string[],
  explanation: string | undefined,
): [ProblemCode, string, string, Repair?] {
  const support = schema && fieldSupport.get(schema)
  if (typeof found === 'string' && support?.notYet.includes(found)) {
    return ['HED-102', `not supported yet: ${toDotted(path)}: ${found}`, `Supported: ${choices.join(', ')}.`]
  }
  const near = typeof found === 'string' ? didYouMean(found, choices) : undefined
  const message = explanation ?? `${describeValue(found)} is not allowed`
  const quoted = choices.map((choice) => (choice === '' ? '""' : choice))
  const fix = near ? `Did you mean "${near}"?` : `${quoted.length > 1 ? 'One of' : 'Write'} ${quoted.join(', ')}.`
  return near
    ? ['HED-105', message, fix, { kind: 'put', path: toPointer(path), value: near }]
    : ['HED-105', message, fix]
}

function choicesOf(union: z.ZodDiscriminatedUnion): string[] {
  return union.options.flatMap((option) => {
    const literal = option instanceof z.ZodObject ? option.shape[union._zod.def.discriminator] : undefined
    return literal instanceof z.ZodLiteral ? [String(literal.value)] : []
  })
}

/** zod's own sentences begin so; others were written for the field. */
function isCustom(message: string): string | undefined {
  return /^Invalid (input|option)/.test(message) ? undefined : message
}

function describeOptions(issue: z.core.$ZodIssueInvalidUnion): string | undefined {
  const first = issue.errors.flat()
  const values = first.flatMap((inner) => (inner.code === 'invalid_value' ? inner.values.map(String) : []))
  if (values.length > 0) return `One of ${values.join(', ')}.`
  const reasons = first.flatMap((inner) => (inner.code === 'invalid_type' ? [nounOf(inner.expected)] : [inner.message]))
  return reasons.length > 0 ? `Write ${[...new Set(reasons)].join(', or ')}.` : undefined
}

function tooBig(issue: z.core.$ZodIssueTooBig): string {
  if (issue.origin === 'string') return `is longer than ${issue.maximum} characters`
  if (issue.origin === 'array') return `has more than ${issue.maximum} entries`
  return `must be at most ${issue.maximum}`
}

function tooSmall(issue: z.core.$ZodIssueTooSmall): string {
  if (issue.origin === 'string') return issue.minimum === 1 ? 'must not be empty' : `is shorter than ${issue.minimum}`
  if (issue.origin === 'array') {
    return issue.minimum === 1 ? 'must have at least one entry' : `has fewer than ${issue.minimum} entries`
  }
  return `must be at least ${issue.minimum}`
}

function nounOf(expected: string): string {
  switch (expected) {
    case 'object':
    case 'record':
      return 'an object'
    case 'array':
      return 'a list'
    case 'int':
      return 'a whole number'
    case 'number':
      return 'a number'
    case 'string':
      return 'a text'
    case 'boolean':
      return 'true or false'
    default:
      return expected
  }
}

function describeValue(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return value === '' ? 'an empty text' : `"${value.slice(0, 80)}"`
  return String(value).slice(0, 80)
}

function codeOf(params: Readonly<Record<string, unknown>> | undefined): ProblemCode | undefined {
  const code = params?.code
  return typeof code === 'string' && Object.hasOwn(problemCodes, code) ? (code as ProblemCode) : undefined
}

function fixOf(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  return typeof params?.fix === 'string' ? params.fix : undefined
}
