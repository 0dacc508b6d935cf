import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export type CertificateFolder = Disposable & {
  readonly path: string
  /** Replaces all files at once. */
  swap(files: Readonly<Record<string, string>>): void
}

/**
 * A folder as Kubernetes mounts a secret: files are links into `..data`, itself a link to a dated folder, and a new
 * version is a new folder and one rename of the link.
 */
export function certificateFolder(files: Readonly<Record<string, string>>): CertificateFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-secret-'))
  let version = 0
  const swap = (next: Readonly<Record<string, string>>) => {
    const dated = `..v${++version}`
    mkdirSync(path.join(folder, dated))
    for (const [name, text] of Object.entries(next)) writeFileSync(path.join(folder, dated, name), text)
    symlinkSync(dated, path.join(folder, '..data_tmp'))
    renameSync(path.join(folder, '..data_tmp'), path.join(folder, '..data'))
    if (version > 1) rmSync(path.join(folder, `..v${version - 1}`), { recursive: true })
  }
  swap(files)
  for (const name of Object.keys(files)) symlinkSync(path.join('..data', name), path.join(folder, name))
  return { path: folder, swap, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}
