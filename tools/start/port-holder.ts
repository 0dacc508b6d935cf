import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export type PortHolder = { readonly pid: number; readonly command: string }

/**
 * Who keeps others from an IPv4 address and port; undefined where nobody does, or where the system does not tell. Whoever has
 * the port on another address is in nobody's way, and must not be named: people end what is named.
 */
export function portHolder(host: string, port: number): PortHolder | undefined {
  const taking = addressesTaking(host, port)
  const inodes = new Set(
    allListening()
      .filter(({ address }) => taking.has(address))
      .map(({ inode }) => inode),
  )
  if (inodes.size === 0) return undefined
  const pid = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((each) => socketsOf(each).some((inode) => inodes.has(inode)))
  return pid === undefined ? undefined : { pid, command: commandOf(pid) }
}

/** As /proc/net/tcp and tcp6 write them: the address itself, as IPv4 and as IPv6, and all addresses. */
function addressesTaking(host: string, port: number): ReadonlySet<string> {
  const hex = (value: number, width: number) => value.toString(16).toUpperCase().padStart(width, '0')
  const own = host
    .split('.')
    .reverse()
    .map((part) => hex(Number(part), 2))
    .join('')
  const every = '0'.repeat(8)
  return new Set(
    [own, `${'0'.repeat(16)}FFFF0000${own}`, every, every.repeat(4)].map((each) => `${each}:${hex(port, 4)}`),
  )
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
