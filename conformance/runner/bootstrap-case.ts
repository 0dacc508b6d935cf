import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse, stringify } from 'yaml'
import { z } from 'zod'

const values = z.record(z.string(), z.unknown())

const bootstrapCase = z.strictObject({
  name: z.string(),
  /** Values by their place in the good file; the last word of a place may begin with "@". */
  put: values.default({}),
  remove: z.string().optional(),
  /** What stands in one place once more in another. */
  copy: z.record(z.string(), z.string()).default({}),
  /** The whole file instead. */
  text: z.string().optional(),
  /** Both take it. */
  taken: z.boolean().default(false),
  /** One takes it and the other does not, on purpose. */
  differs: z.strictObject({ takes: z.enum(['heddle', 'envoy']), reason: z.string() }).optional(),
})

const file = z.strictObject({
  base: values,
  places: z.record(z.string(), z.string()),
  cases: z.array(bootstrapCase).min(1),
})

export type BootstrapCase = z.infer<typeof bootstrapCase> & { readonly content: string }

/** The cases of `conformance/bootstraps.yaml`, each with its whole file. Throws when a place is not there. */
export function readBootstrapCases(): BootstrapCase[] {
  const text = readFileSync(path.resolve(import.meta.dirname, '../bootstraps.yaml'), 'utf8')
  const { base, places, cases } = file.parse(parse(text))
  return cases.map((each) => ({ ...each, content: each.text ?? contentOf(each, base, places) }))
}

function contentOf(
  { put, remove, copy }: z.infer<typeof bootstrapCase>,
  base: Tree,
  places: Readonly<Record<string, string>>,
): string {
  const tree = structuredClone(base)
  const wordsOf = (place: string) =>
    place.replace(/<(\w+)>/g, (_whole, name) => places[name] ?? `no ${name}`).split('.')
  for (const [from, to] of Object.entries(copy)) setAt(tree, wordsOf(to), structuredClone(at(tree, wordsOf(from))))
  for (const [place, value] of Object.entries(put)) setAt(tree, wordsOf(place), value)
  if (remove !== undefined) {
    const words = wordsOf(remove)
    delete holderOf(tree, words)[words.at(-1) ?? '']
  }
  // Envoy reads YAML 1.1.
  return stringify(tree, { version: '1.1' })
}

type Tree = Record<string, unknown>

function at(tree: Tree, words: readonly string[]): unknown {
  return holderOf(tree, words)[words.at(-1) ?? '']
}

function setAt(tree: Tree, words: readonly string[], value: unknown): void {
  holderOf(tree, words)[words.at(-1) ?? ''] = value
}

/** The object or list in which the last word of a place is; made where there is none. */
function holderOf(tree: Tree, words: readonly string[]): Tree {
  let holder = tree
  for (const word of words.slice(0, -1)) {
    holder[word] ??= {}
    holder = holder[word] as Tree // a place leads through objects and lists
  }
  return holder
}
