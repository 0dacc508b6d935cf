import { PolicyKind } from '@heddle/shared/api/objects'
import type { z } from 'zod'
import { CliError, exitCodes } from './cli-error.ts'

export type Kind = z.infer<typeof PolicyKind>
export type NamedPolicy = { readonly kind: Kind; readonly namespace: string; readonly name: string }

const kindOf: Readonly<Record<string, Kind>> = Object.fromEntries(
  PolicyKind.options.flatMap((kind) => {
    const word = kind.toLowerCase()
    return [word, word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`].map((each) => [each, kind])
  }),
)

/** The kind that a word means: `httproute`, `HTTPRoute`, `httproutes`. */
export function parseKind(word: string): Kind | undefined {
  return kindOf[word.toLowerCase()]
}

/** One policy as it is shown everywhere: "HTTPRoute/shop/payments". */
export function parsePolicyPath(text: string): string {
  const [word = '', namespace, name, rest] = text.split('/')
  const kind = parseKind(word)
  if (!kind || !namespace || !name || rest !== undefined) {
    throw new CliError(exitCodes.usage, `${text} names no one policy`, {
      hint: 'write it as HTTPRoute/<namespace>/<name>; `heddle get policies` lists them',
    })
  }
  return `${kind}/${namespace}/${name}`
}

/** One policy, as a kind and "<namespace>/<name>". */
export function parsePolicy(word: string, text: string, command: string): NamedPolicy {
  const kind = parseKind(word)
  const [namespace, name, rest] = text.split('/')
  if (!kind || !namespace || !name || rest !== undefined) {
    throw new CliError(exitCodes.usage, `${word} ${text} names no one policy`, {
      hint: `write it as \`heddle ${command} httproute <namespace>/<name>\``,
    })
  }
  return { kind, namespace, name }
}
