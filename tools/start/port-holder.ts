import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export type PortHolder = { readonly pid: number; readonly command: string }

/** Who listens on a port; undefined where nobody does, or where the system does not tell. */
export function portHolder(port: number): PortHolder | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const inodes = new Set(
    allListening()
      .filter(({ address }) => address.endsWith(suffix))
      .map(({ inode }) => inode),
  )
  if (inodes.size === 0) return undefined
  const pid = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((each) => socketsOf(each).some((inode) => inodes.has(inode)))
  return pid === undefined ? undefined : { pid, command: commandOf(pid) }
}

/** Every listening TCP socket of the machine, its address as /proc/net/tcp writes it. */
export function allListening(): readonly { readonly address: string; readonly inode: string }[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    read(file)
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      // 0A: LISTEN.
      .filter(([, , , state]) => state === '0A')
      .map((fields) => ({ address: fields[1] ?? '', inode: fields[9] ?? '' })),
  )
}

export function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`))?.[1] ?? [],
    )
  } catch {
    // It ended meanwhile, or belongs to somebody else.
    return []
  }
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim().slice(0, 120)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

function link(file: string): string {
  try {
    return readlinkSync(file)
  } catch {
    return ''
  }
}
