import type { Socket } from 'node:net'

/** What a socket has brought and nobody has taken yet, with the ways in which it can be waited for. */
export class Inbox {
  /** Everything since the beginning. */
  all = ''
  unread = ''
  fate: 'open' | 'closed' | 'reset' = 'open'
  private readonly waiting = new Set<() => void>()

  constructor(socket: Socket) {
    socket.on('data', (part) => {
      const text = part.toString('latin1')
      this.all += text
      this.unread += text
      this.wake()
    })
    socket.on('end', () => this.end('closed'))
    socket.on('error', (error: NodeJS.ErrnoException) => this.end(error.code === 'ECONNRESET' ? 'reset' : 'closed'))
    socket.on('close', () => this.end('closed'))
  }

  get isOver(): boolean {
    return this.fate !== 'open'
  }

  /** Asks again whenever something has come; undefined when the time is over, or nothing more can come. */
  async ask<Found>(question: () => Found | undefined, withinMs?: number): Promise<Found | undefined> {
    const end = withinMs === undefined ? undefined : performance.now() + withinMs
    for (;;) {
      const found = question()
      if (found !== undefined || this.isOver) return found
      const leftMs = end === undefined ? undefined : end - performance.now()
      if (leftMs !== undefined && leftMs <= 0) return undefined
      await this.change(leftMs)
    }
  }

  private change(withinMs: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.waiting.delete(done)
        resolve()
      }
      const timer = withinMs === undefined ? undefined : setTimeout(done, withinMs)
      this.waiting.add(done)
    })
  }

  private end(fate: 'closed' | 'reset'): void {
    // A reset that follows the end of a half-open connection is the stronger word.
    if (this.fate === 'open' || (fate === 'reset' && this.fate === 'closed')) this.fate = fate
    this.wake()
  }

  private wake(): void {
    for (const done of [...this.waiting]) done()
  }
}
