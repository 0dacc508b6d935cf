import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

/** A folder of this run alone, which goes with it, also when it is ended by a signal; `isKept` leaves it for who wants to look. */
export function temporaryFolder(prefix: string, isKept = false): string {
  const folder = mkdtempSync(path.join(tmpdir(), prefix))
  if (!isKept) process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  // By themselves these end a process without its "exit".
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.once(signal, () => process.exit(128 + number))
  }
  return folder
}
