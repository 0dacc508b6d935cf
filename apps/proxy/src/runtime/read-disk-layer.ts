import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import path from 'node:path'
import type { RuntimeValue, RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import { runtimeFault } from '../config/runtime-fault.ts'
import { runtimeValueOfText } from './runtime-value-of-text.ts'

const depthMax = 16
const entriesMax = 10_000
const fileBytesMax = 64 * 1024

/**
 * The values in a folder: a file is one, under its path with points for slashes. Lines that begin with "#" say nothing.
 * Undefined: there is no such folder. Throws an `Error` with the place and the reason when one of them cannot be read:
 * half of a layer is none.
 */
export function readDiskLayer(folder: string): RuntimeValues | undefined {
  if (statOf(folder)?.isDirectory() !== true) return undefined
  const found: Found = { values: new Map(), entries: 0 }
  readFolder(folder, '', 1, found)
  return found.values
}

type Found = { readonly values: Map<string, RuntimeValue>; entries: number }

function readFolder(folder: string, prefix: string, depth: number, found: Found): void {
  if (depth > depthMax) throw new Error(`${folder}: is nested more than ${depthMax} deep`)
  for (const name of readdirSync(folder).sort()) {
    if (++found.entries > entriesMax) throw new Error(`${folder}: there are more than ${entriesMax} files and folders`)
    const place = path.join(folder, name)
    if (statOf(place)?.isDirectory() === true) {
      readFolder(place, `${prefix}${name}.`, depth + 1, found)
      continue
    }
    const key = `${prefix}${name}`
    const value = runtimeValueOfText(textOf(place))
    const fault = runtimeFault(key, value)
    if (fault !== undefined) throw new Error(`${place}: ${fault}`)
    found.values.set(key, value)
  }
}

/** Opened before it is looked at, and without waiting: a pipe that nobody writes into must hold up nobody. */
function textOf(file: string): string {
  const opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = fstatSync(opened)
    if (!stats.isFile()) throw new Error(`${file}: is no file`)
    if (stats.size > fileBytesMax) throw new Error(`${file}: is larger than ${fileBytesMax} bytes`)
    const lines = readFileSync(opened, 'utf8').split('\n')
    return lines
      .filter((line) => !line.startsWith('#'))
      .join('\n')
      .trimEnd()
  } finally {
    closeSync(opened)
  }
}

function statOf(place: string): Stats | undefined {
  return statSync(place, { throwIfNoEntry: false })
}
