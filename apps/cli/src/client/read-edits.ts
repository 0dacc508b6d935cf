import { readFileSync, statSync } from 'node:fs'
import type { Edit } from '@heddle/shared/api/changes'
import { isMap, LineCounter, parseAllDocuments } from 'yaml'
import { CliError, exitCodes } from './cli-error.ts'
import { readStdin } from './read-stdin.ts'

/**
 * Reads YAML or JSON documents from files ("-" is standard input) as edits.
 * The text of each document is sent as written, so that its comments are kept.
 */
export async function readEdits(files: readonly string[]): Promise<Edit[]> {
  const edits: Edit[] = []
  for (const file of files) {
    for (const yaml of documentsOf(file, await readText(file))) edits.push({ op: 'put', yaml })
  }
  if (edits.length === 0) throw new CliError(exitCodes.usage, 'no object found', { hint: 'name files with -f' })
  return edits
}

function documentsOf(file: string, text: string): string[] {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines })
  if (!Array.isArray(documents)) return []
  return documents.flatMap((document) => {
    const error = document.errors[0]
    if (error) {
      const { line, col } = lines.linePos(error.pos[0])
      throw new CliError(exitCodes.usage, `${file}:${line}:${col}: ${error.message.split('\n')[0]}`)
    }
    if (document.contents === null) return []
    if (!isMap(document.contents)) throw new CliError(exitCodes.usage, `${file}: a document is not an object`)
    return [text.slice(document.range[0], document.range[1]).replace(/^---\s*\n/, '')]
  })
}

async function readText(file: string): Promise<string> {
  try {
    if (file === '-') return await readStdin()
    if (statSync(file).size > 1024 * 1024) throw new Error('larger than 1 MiB')
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new CliError(exitCodes.usage, `cannot read ${file}: ${error instanceof Error ? error.message : error}`)
  }
}
