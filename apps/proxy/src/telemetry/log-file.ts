import { createWriteStream, type WriteStream } from 'node:fs'

/** Lines that wait for the disk; beyond it they are dropped, because a full disk must not stop traffic. */
const waitingBytesMax = 4 * 1024 * 1024
const flushMs = 250
const blockBytes = 64 * 1024
/** A disk that is slow now and then has as many on their way; what is beyond is made anew, and garbage afterwards. */
const sparesMax = 4
/** A unit of UTF-16 is at most so many bytes of UTF-8. */
const bytesPerUnitMax = 3

/**
 * One file of an access log, or a standard stream. Lines are put into a block of bytes at once and written when it is
 * full, or a few times a second: kept as text, each of their pieces would be moved about by the garbage collector.
 */
export class LogFile {
  private readonly stream: WriteStream | NodeJS.WriteStream
  private block: Buffer = Buffer.allocUnsafeSlow(blockBytes)
  private at = 0
  private readonly spares: Buffer[] = []
  private timer: NodeJS.Timeout | undefined

  constructor(path: string) {
    const standard = path === '/dev/stdout' ? process.stdout : path === '/dev/stderr' ? process.stderr : undefined
    this.stream = standard ?? createWriteStream(path, { flags: 'a', mode: 0o640 })
    // A disk that is full or gone costs log lines, nothing else.
    this.stream.on('error', () => undefined)
  }

  /** False: too much waits for the disk already, and the line is dropped. */
  write(line: string): boolean {
    if (this.at + this.stream.writableLength > waitingBytesMax) return false
    const room = line.length * bytesPerUnitMax
    if (this.at + room > blockBytes) this.flush()
    if (room > blockBytes) this.stream.write(line)
    else this.at += this.block.write(line, this.at)
    this.timer ??= setTimeout(() => this.flush(), flushMs)
    return true
  }

  flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.at === 0) return
    const { block } = this
    this.stream.write(block.subarray(0, this.at), () => {
      if (this.spares.length < sparesMax) this.spares.push(block)
    })
    this.block = this.spares.pop() ?? Buffer.allocUnsafeSlow(blockBytes)
    this.at = 0
  }

  /** Resolves when everything is handed to the system. */
  written(): Promise<void> {
    this.flush()
    return new Promise((resolve) => this.stream.write('', () => resolve()))
  }
}
