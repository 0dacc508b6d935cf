import { readFileSync, statSync } from 'node:fs'
import { CliError, exitCodes } from './cli-error.ts'
import { readStdin } from './read-stdin.ts'

const bytesMax = 1024 * 1024

/** A file's text, or standard input's ("-"). Throws `CliError` with what is wrong with it in words. */
export async function readText(file: string): Promise<string> {
  const bytes = file === '-' ? await readStdin() : readBytes(file)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new CliError(exitCodes.usage, `${file}: not UTF-8`, { hint: 'save it as UTF-8' })
  }
}

function readBytes(file: string): Buffer {
  try {
    const { size } = statSync(file)
    if (size > bytesMax) throw new CliError(exitCodes.usage, `${file} is larger than 1 MiB`)
    return readFileSync(file)
  } catch (error) {
    if (error instanceof CliError) throw error
    const { code, message } = error as NodeJS.ErrnoException // thrown by node:fs
    throw new CliError(exitCodes.usage, `cannot read ${file}: ${words[code ?? ''] ?? message}`)
  }
}

const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'it may not be read by you',
  ELOOP: 'its links go round in a ring',
}
