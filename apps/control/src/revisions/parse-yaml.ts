import { tooManyAliases, unresolvedAlias, yamlProblem } from '@heddle/shared/model/yaml-problem'
import { type Document, isAlias, isCollection, isMap, isNode, isScalar, type Node, parseDocument } from 'yaml'

/** A text that is no YAML that we read; the message says where and why. */
export class YamlRefused extends Error {
  override readonly name = 'YamlRefused'
  readonly code = 'yaml_refused'
}

const depthMax = 64
const charactersMax = 128 * 1024
const aliasesMax = 50

/**
 * Reads one YAML document within bounds. The parser looks through all keys of a map for each of them, and takes a stack frame
 * or worse for each level: a text from anybody must not stop everybody, so its shape is looked at before and after.
 */
export function parseYaml(text: string): unknown {
  if (text.length > charactersMax) throw new YamlRefused(`longer than ${charactersMax} characters`)
  assertShallow(text)
  const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false })
  const [error] = document.errors
  if (error) throw new YamlRefused(`line ${lineOf(text, error.pos[0])}: ${yamlProblem(error)}`)
  assertPlain(document, text)
  try {
    return document.toJS({ maxAliasCount: aliasesMax })
  } catch (cause) {
    // One of nothing has been refused above: what is left is one that grows.
    throw new YamlRefused(tooManyAliases, { cause })
  }
}

/** Nesting that can be seen without parsing: brackets, and indicators that follow each other on one line. */
function assertShallow(text: string): void {
  if (/^ *(?:[-?] +){65}/m.test(text)) throw new YamlRefused(`nested more than ${depthMax} deep`)
  let depth = 0
  for (const [found] of text.matchAll(/"(?:[^"\\]|\\.)*"|'[^']*'|[[\]{}]/gs)) {
    if (found === '[' || found === '{') depth++
    else if (found === ']' || found === '}') depth = Math.max(0, depth - 1)
    if (depth > depthMax) throw new YamlRefused(`nested more than ${depthMax} deep`)
  }
}

/** Keys are texts, each once; values are what JSON can say; nothing is nested deeper than it would be read. */
function assertPlain(document: Document, text: string): void {
  const refusal = (node: Node, message: string) =>
    new YamlRefused(`line ${lineOf(text, node.range?.[0] ?? 0)}: ${message}`)
  // Those so far: the parser would look through all of the text for each alias.
  const anchors = new Set<string>()
  const walk = (node: unknown, depth: number): void => {
    if (isAlias(node) && !anchors.has(node.source)) throw refusal(node, unresolvedAlias(node.source))
    if (isNode(node) && !isAlias(node) && node.anchor !== undefined) anchors.add(node.anchor)
    if (isAlias(node) || !isCollection(node)) {
      if (isScalar(node) && typeof node.value === 'string' && node.value.includes('\0'))
        throw refusal(node, 'contains a NUL')
      return
    }
    if (depth > depthMax) throw refusal(node, `nested more than ${depthMax} deep`)
    if (!isMap(node)) {
      for (const item of node.items) walk(item, depth + 1)
      return
    }
    const keys = new Set<string>()
    for (const { key, value } of node.items) {
      if (!isScalar(key)) throw refusal(node, 'a key is not a text')
      if (key.anchor !== undefined) anchors.add(key.anchor)
      const name = String(key.value)
      if (keys.has(name)) throw refusal(key, `the key "${name.slice(0, 100)}" is there twice`)
      if (name === '__proto__' || name.includes('\0'))
        throw refusal(key, `the key "${name.slice(0, 100)}" is not allowed`)
      keys.add(name)
      walk(value, depth + 1)
    }
  }
  walk(document.contents, 1)
}

function lineOf(text: string, position: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line++
  return line
}
