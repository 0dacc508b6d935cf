import { createHash, X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

const known = new Map<string, ReadonlyMap<string, string>>()

/** `<NAME.spki>` and `<NAME.hash>`: how a configuration pins the certificates of the run. */
export function pinsOf(folder: string): ReadonlyMap<string, string> {
  let pins = known.get(folder)
  if (pins === undefined) {
    // The fuzzers build scenarios without a run, and name no folder.
    const entries = statSync(folder).isDirectory() ? readdirSync(folder) : []
    const files = entries.filter((file) => file.endsWith('.pem'))
    pins = new Map(files.flatMap((file) => pinsOfFile(folder, file)))
    known.set(folder, pins)
  }
  return pins
}

function pinsOfFile(folder: string, file: string): [string, string][] {
  const { publicKey, raw } = new X509Certificate(readFileSync(path.join(folder, file)))
  const name = file.slice(0, -'.pem'.length)
  const key = publicKey.export({ type: 'spki', format: 'der' })
  return [
    [`<${name}.spki>`, createHash('sha256').update(key).digest('base64')],
    [`<${name}.hash>`, createHash('sha256').update(raw).digest('hex')],
  ]
}
