import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import type { Json } from './scenario-values.ts'

/** By name: a message, or a text that is none. */
export type Files = Readonly<Record<string, Json | string>>

/** The files of a scenario, in `<folder>`. */
export function placeFiles(folder: string, files: Files, mounted: Files): void {
  mkdirSync(folder, { recursive: true })
  writeFiles(folder, files)
  if (Object.keys(mounted).length === 0) return
  mountFiles(folder, mounted)
  for (const name of Object.keys(mounted)) symlinkSync(path.join('..data', name), path.join(folder, name))
}

/** Where they are, and nothing is moved. */
export function writeFiles(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), textOf(content))
}

export function moveFiles(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const begun = path.join(folder, '.begun')
    writeFileSync(begun, textOf(content))
    renameSync(begun, path.join(folder, name))
  }
}

let versions = 0

/** As Kubernetes does it: a folder of its own for each version, and one rename of the link that leads to it. */
export function mountFiles(folder: string, files: Files): void {
  const dated = `..version-${++versions}`
  mkdirSync(path.join(folder, dated))
  writeFiles(path.join(folder, dated), files)
  const link = path.join(folder, '..data_tmp')
  rmSync(link, { force: true })
  symlinkSync(dated, link)
  renameSync(link, path.join(folder, '..data'))
}

function textOf(content: Json | string): string {
  // Envoy reads YAML 1.1.
  return typeof content === 'string' ? content : stringify(content, { version: '1.1' })
}
