import { getSystemErrorName } from 'node:util'

/** The C calls on sockets that Node has no words for. Numbers are Linux's. */
export type NativeSockets = {
  /** What the system says of an option; undefined where it says nothing. */
  read(fd: number, level: number, option: number, bytesMax: number): Buffer | undefined
  /** False: the system did not take it. */
  write(fd: number, level: number, option: number, value: number): boolean
  writeBytes(fd: number, level: number, option: number, value: Buffer): boolean
  /** A socket of TCP that does not wait, and that programs we start do not get. Undefined: there is none to be had. */
  open(family: number): number | undefined
  /** `address` is a `struct sockaddr`. */
  bind(fd: number, address: Buffer): boolean
  close(fd: number): void
  /** Why the last call failed. */
  lastError(): string
}

let loaded: NativeSockets | undefined
let wasAsked = false

/**
 * By way of koffi, a package that need not be there: loaded with the first configuration that cannot do without, because it
 * costs a sidecar memory. Undefined where it is missing, and on other systems than Linux.
 */
export function nativeSockets(): NativeSockets | undefined {
  if (wasAsked) return loaded
  wasAsked = true
  if (process.platform !== 'linux') return undefined
  try {
    const { createRequire } = process.getBuiltinModule('node:module')
    loaded = open(createRequire(import.meta.url)('koffi') as Koffi) // what its documentation says
  } catch {
    loaded = undefined
  }
  return loaded
}

type Koffi = {
  load(library: null): { func(signature: string): (...values: unknown[]) => number }
  errno(): number
}

const SOCK_STREAM = 1
const SOCK_CLOEXEC = 0o2000000
const SOCK_NONBLOCK = 0o4000

function open(koffi: Koffi): NativeSockets {
  // The C library is in the process already, whichever it is.
  const library = koffi.load(null)
  const get = library.func(
    'int getsockopt(int fd, int level, int name, _Out_ uint8_t *value, _Inout_ uint32_t *length)',
  )
  const set = library.func('int setsockopt(int fd, int level, int name, const void *value, uint32_t length)')
  const socket = library.func('int socket(int domain, int type, int protocol)')
  const bind = library.func('int bind(int fd, const void *address, uint32_t length)')
  const close = library.func('int close(int fd)')
  const writeBytes = (fd: number, level: number, option: number, bytes: Buffer) =>
    set(fd, level, option, bytes, bytes.length) === 0
  return {
    read(fd, level, option, bytesMax) {
      const value = Buffer.alloc(bytesMax)
      const length = [bytesMax]
      return get(fd, level, option, value, length) === 0 ? value.subarray(0, length[0]) : undefined
    },
    write(fd, level, option, value) {
      const bytes = Buffer.alloc(4)
      bytes.writeInt32LE(value)
      return writeBytes(fd, level, option, bytes)
    },
    writeBytes,
    open(family) {
      const fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)
      return fd < 0 ? undefined : fd
    },
    bind: (fd, address) => bind(fd, address, address.length) === 0,
    close: (fd) => void close(fd),
    lastError: () => getSystemErrorName(-koffi.errno()),
  }
}

/** A socket's file descriptor; undefined when it is closed. Node has no public name for it, and has had this one always. */
export function descriptorOf(socket: unknown): number | undefined {
  const fd = (socket as { _handle?: { fd?: number } | null })._handle?.fd
  return fd === undefined || fd < 0 ? undefined : fd
}
