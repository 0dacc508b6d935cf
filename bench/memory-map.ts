import { readFileSync } from 'node:fs'

/** Resident memory of a process by what it is for, MiB. */
export type MemoryMap = Readonly<Record<'anonymous' | 'malloc' | 'code' | 'files', number>>

/**
 * Of Node, `anonymous` are V8's pages and large buffers, `malloc` is what the C library keeps in its first arena, `code`
 * what V8 has compiled, and `files` the program itself.
 */
export function memoryMap(pid: number): MemoryMap {
  const kib = { anonymous: 0, malloc: 0, code: 0, files: 0 }
  let kind: keyof MemoryMap = 'anonymous'
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'utf8').split('\n')) {
    const mapping = /^[0-9a-f]+-[0-9a-f]+ (\S+) \S+ \S+ \S+\s*(.*)$/.exec(line)
    if (mapping !== null) kind = kindOf(mapping[1] ?? '', mapping[2] ?? '')
    else if (line.startsWith('Rss:')) kib[kind] += Number(/\d+/.exec(line)?.[0] ?? 0)
  }
  return { anonymous: kib.anonymous / 1024, malloc: kib.malloc / 1024, code: kib.code / 1024, files: kib.files / 1024 }
}

function kindOf(permissions: string, name: string): keyof MemoryMap {
  if (name === '[heap]') return 'malloc'
  if (name.startsWith('/')) return 'files'
  return permissions.includes('x') ? 'code' : 'anonymous'
}
