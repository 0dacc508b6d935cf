import type { Edit } from '@heddle/shared/api/changes'
import type { Finding } from '@heddle/shared/api/problem'
import { isKind } from '@heddle/shared/model/any-object'
import { type Document, isMap, LineCounter, parseAllDocuments } from 'yaml'
import { CliError, exitCodes } from './cli-error.ts'
import { filesOf } from './files-of.ts'
import { offsetOfPointer } from './offset-of-pointer.ts'
import { readText } from './read-text.ts'

export type WrittenEdits = {
  readonly edits: readonly Edit[]
  /** "fault.yaml:6:11", where what was found stands in the files; undefined when it stands in none, or in any of several. */
  readonly placeOf: (finding: Pick<Finding, 'object' | 'path'>) => string | undefined
}

/** What the control plane takes at most, which is told here by the file's name. */
const charactersMax = 128 * 1024
const objectsMax = 100

/**
 * Reads YAML or JSON documents from files ("-" is standard input) and folders as edits.
 * The text of each document is sent as written, so that its comments are kept.
 */
export async function readEdits(named: readonly string[]): Promise<WrittenEdits> {
  const written: Written[] = []
  for (const file of named.flatMap(filesOf)) written.push(...documentsOf(file, await readText(file)))
  if (written.length === 0) throw new CliError(exitCodes.usage, 'no object found', { hint: 'name files with -f' })
  if (written.length > objectsMax) {
    throw new CliError(exitCodes.usage, `${written.length} objects; one change has ${objectsMax} at most`, {
      hint: 'propose them as several changes',
    })
  }
  return {
    edits: written.map(({ yaml }) => ({ op: 'put', yaml })),
    placeOf: ({ object, path }) => {
      const meant = written.filter(({ key }) => key === object)
      // Of one that is there twice the later one is too many; those without a name are told apart by nothing.
      return object === undefined && meant.length > 1 ? undefined : meant.at(-1)?.placeOf(path)
    },
  }
}

type Written = {
  readonly yaml: string
  /** "<Kind>/<namespace>/<name>"; undefined when it does not say all three, of a kind that is known. */
  readonly key: string | undefined
  readonly placeOf: (pointer: string) => string
}

function documentsOf(file: string, text: string): Written[] {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })
  if (!Array.isArray(documents)) return []
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${file === '-' ? 'stdin' : file}:${line}:${col}`
  }
  return documents.flatMap((document) => {
    const begin = document.contents?.range?.[0] ?? document.range[0]
    const refuse = (offset: number, message: string) =>
      new CliError(exitCodes.usage, `${placeAt(offset)}: ${message.split('\n')[0]}`)
    const [error] = document.errors
    if (error) throw refuse(error.pos[0], error.message)
    if (document.contents === null) return []
    if (!isMap(document.contents)) throw refuse(begin, 'not an object with apiVersion, kind, metadata and spec')
    const yaml = text.slice(document.range[0], document.range[1]).replace(/^---\s*\n/, '')
    if (yaml.length > charactersMax) {
      throw refuse(begin, `an object of ${yaml.length} characters; ${charactersMax} are the most`)
    }
    const placeOf = (pointer: string) => placeAt(offsetOfPointer(document.contents, pointer) ?? begin)
    return [{ yaml, key: keyOf(document), placeOf }]
  })
}

/** As the control plane names it: of kinds that it knows. */
function keyOf(document: Document): string | undefined {
  const kind = document.get('kind')
  const name = document.getIn(['metadata', 'name'])
  const namespace = document.getIn(['metadata', 'namespace']) ?? 'default'
  if (typeof kind !== 'string' || !isKind(kind)) return undefined
  return typeof name === 'string' && typeof namespace === 'string' ? `${kind}/${namespace}/${name}` : undefined
}
