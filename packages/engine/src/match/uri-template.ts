import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { compileLinearRegex, type LinearRegex } from './linear-regex.ts'

/**
 * A template of paths as Envoy's `uri_template` extensions have it: "/a/{user}/b/{rest=**}". A segment may hold one "*" (some
 * characters), "**" (any, slashes too, and then nothing may vary behind it), or a variable of these.
 */
export type UriTemplate = {
  /** Takes whole paths; the variables are its groups, in their order. */
  readonly regex: LinearRegex
  readonly variables: readonly string[]
}

/** What may stand in a path besides the slash (RFC 3986 §3.3). */
const pathCharacter = "[a-zA-Z0-9\\-._~%!$&'()*+,;:@=]"
const plain = /^[a-zA-Z0-9\-._~%!$&'()+,;:@=]*$/
const operators: Readonly<Record<string, string>> = {
  '*': `${pathCharacter}+`,
  '**': `[a-zA-Z0-9\\-._~%!$&'()*+,;:@=/]*`,
}
const variablesMax = 5

export function compileUriTemplate(template: string, path: string): UriTemplate {
  const variables: string[] = []
  let source = ''
  let isEnded = false
  let isLast = false
  for (const segment of segmentsOf(template, path)) {
    const { before, variable, pattern, behind } = partsOf(segment, path)
    if (variable !== undefined) variables.push(nameOf(variable, variables, path))
    const parts = pattern === undefined ? [] : pattern.split('/')
    if (isEnded && parts.some((part) => part in operators)) throw refused(path, 'has an operator behind "**"')
    if (isLast) throw refused(path, 'goes on behind text that follows "**"')
    isEnded ||= parts.includes('**')
    isLast = parts.includes('**') && behind !== ''
    const varying = parts.map((part) => operators[part] ?? literal(part, path)).join('/')
    source += `/${literal(before, path)}${variable === undefined ? varying : `(${varying})`}${literal(behind, path)}`
  }
  if (variables.length > variablesMax) throw refused(path, `has more than ${variablesMax} variables`)
  return { regex: compileLinearRegex(source, path), variables }
}

/** What `template` makes of a path that `match` takes, as a substitution in RE2's way: "/\2/\1". */
export function compileUriRewrite(template: string, { variables }: UriTemplate, path: string): string {
  return segmentsOf(template, path)
    .map((segment) => {
      const text = segment.replace(/\{([^{}]*)\}/g, (_, name: string) => {
        const index = variables.indexOf(name)
        if (index < 0) throw refused(path, `names the variable "${name}", which the route does not match`)
        return `\\${index + 1}`
      })
      if (!plain.test(text.replace(/\\\d/g, '').replaceAll('*', ''))) throw refused(path, 'is no template of a path')
      return `/${text}`
    })
    .join('')
}

type Parts = {
  readonly before: string
  readonly variable: string | undefined
  readonly pattern: string | undefined
  readonly behind: string
}

/** A segment is text around one operator or variable; a variable alone may hold several segments. */
function partsOf(segment: string, path: string): Parts {
  const found = /^([^{}*]*)(?:\{([^{}=]*)(?:=([^{}]*))?\}|(\*\*?))?([^{}*]*)$/.exec(segment)
  if (found === null) throw refused(path, `has more than one part that varies in "${segment}"`)
  const [, before = '', variable, given, operator, behind = ''] = found
  if (given === '') throw refused(path, `gives the variable "${variable}" no pattern`)
  return { before, variable, pattern: variable === undefined ? operator : (given ?? '*'), behind }
}

/** Slashes within a variable do not end a segment. */
function segmentsOf(template: string, path: string): readonly string[] {
  if (!template.startsWith('/')) throw refused(path, 'must begin with "/"')
  const segments = template.slice(1).match(/(?:\{[^{}]*\}|[^/])+|(?<=\/|^)(?=\/|$)/g) ?? ['']
  if (segments.length > 1 && segments.some((each) => each === '')) throw refused(path, 'has an empty segment')
  return segments
}

function literal(text: string, path: string): string {
  if (!plain.test(text)) throw refused(path, `"${text}" may not stand in a path`)
  return text.replace(/[.$()+-]/g, '\\$&')
}

function nameOf(name: string, before: readonly string[], path: string): string {
  if (!/^[a-zA-Z][a-zA-Z0-9_]{0,15}$/.test(name)) throw refused(path, `"${name}" is no name of a variable`)
  if (before.includes(name)) throw refused(path, `has the variable "${name}" twice`)
  return name
}

function refused(path: string, reason: string): ResourceRejected {
  return new ResourceRejected(path, reason)
}
