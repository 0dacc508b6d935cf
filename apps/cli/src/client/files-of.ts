import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { CliError, exitCodes } from './cli-error.ts'

/** The files that a name of `-f` means: itself, or the YAML and JSON files of a folder, by their names. Throws `CliError`. */
export function filesOf(named: string): string[] {
  if (named === '-' || !isFolder(named)) return [named]
  const files = readdirSync(named, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && /\.(ya?ml|json)$/i.test(entry.name))
    .map((entry) => path.join(named, entry.name))
    .sort()
  if (files.length === 0) {
    throw new CliError(exitCodes.usage, `no .yaml, .yml or .json file is in ${named}`, {
      hint: 'folders below it are not looked into',
    })
  }
  return files
}

/** What cannot be asked is no folder: reading it says why. */
function isFolder(named: string): boolean {
  return statSync(named, { throwIfNoEntry: false })?.isDirectory() ?? false
}
