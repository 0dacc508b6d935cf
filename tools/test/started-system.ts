import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { type MeshClient, signIn } from '../start/mesh-client.ts'
import { allListening, socketsOf } from '../start/port-holder.ts'
import type { DemoUser } from '../start/settings.ts'

const script = path.resolve(import.meta.dirname, '../start.mjs')

/** One `npm start` with its own data folder and ports, as two people on one machine have it. */
export class StartedSystem implements AsyncDisposable {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  private child: ChildProcess | undefined
  private said = ''
  private readonly isOwn: boolean

  private constructor(env: Readonly<Record<string, string>>, folder?: string) {
    this.isOwn = folder === undefined
    this.folder = folder ?? mkdtempSync(path.join(tmpdir(), 'heddle-start-'))
    // The database server's account must be able to walk into it.
    chmodSync(this.folder, 0o755)
    this.env = { ...env, HEDDLE_DATA: this.folder }
  }

  /** `index` keeps systems of one test apart. Nothing runs yet. */
  static async prepare(index: number): Promise<StartedSystem> {
    const [console, control, xds] = await Promise.all([refusingPort(), refusingPort(), refusingPort()])
    return new StartedSystem({
      HEDDLE_CONSOLE_PORT: String(console),
      HEDDLE_CONTROL_PORT: String(control),
      HEDDLE_XDS_PORT: String(xds),
      // The shop's ports are taken in tens from here on.
      HEDDLE_SHOP_PORT: String(10_000 + 400 * index),
      HEDDLE_SHOP_NET: `127.${100 + 35 * index + Math.floor(Math.random() * 35)}`,
    })
  }

  get controlUrl(): string {
    return `http://127.0.0.1:${this.env.HEDDLE_CONTROL_PORT}`
  }

  get consoleUrl(): string {
    return `http://127.0.0.1:${this.env.HEDDLE_CONSOLE_PORT}`
  }

  /** What it said so far. */
  get output(): string {
    return this.said
  }

  /** The same data folder and ports, for a start beside the one that runs. */
  again(): StartedSystem {
    const { HEDDLE_DATA, ...env } = this.env
    return new StartedSystem(env, HEDDLE_DATA)
  }

  start(more: Readonly<Record<string, string>> = {}): void {
    this.launch([process.execPath, script], more)
  }

  startByNpm(): void {
    this.launch(['npm', 'start'])
  }

  private launch([command = '', ...args]: readonly string[], more: Readonly<Record<string, string>> = {}): void {
    this.said = ''
    this.child = spawn(command, args, {
      cwd: path.resolve(script, '../..'),
      // The head of a process group, as what a terminal starts is.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DATABASE_URL: '', ...this.env, ...more },
    })
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (part) => {
        this.said += part
      })
    }
  }

  async signIn(role: DemoUser['role']): Promise<MeshClient> {
    const users = JSON.parse(readFileSync(path.join(this.folder, 'sign-ins.json'), 'utf8')) as DemoUser[]
    const user = users.find((each) => each.role === role)
    if (user === undefined) throw new Error(`nobody is ${role}`)
    return signIn(this.controlUrl, user.username, user.password)
  }

  /** One of those that lead to the processes, each started by the one before it. */
  pidOf(who: 'npm' | 'start.mjs' | 'start.ts'): number {
    const found = this.processes().find((pid) => {
      const [program, file] = read(`/proc/${pid}/cmdline`).split('\0')
      return who === 'npm' ? program?.startsWith('npm ') : file?.endsWith(`tools/${who}`)
    })
    if (found === undefined) throw new Error(`there is no ${who}`)
    return found
  }

  /** Nobody reads any more, and the whole group is told. */
  closeTerminal(): void {
    const { child } = this
    if (child?.pid === undefined) return
    child.stdout?.destroy()
    child.stderr?.destroy()
    process.kill(-child.pid, 'SIGHUP')
  }

  /** Ctrl-C: the terminal tells the whole group. Returns how it ended. */
  async interrupt(): Promise<number | null> {
    const { child } = this
    if (child?.pid === undefined) return null
    const ended = this.ended()
    process.kill(-child.pid, 'SIGINT')
    return ended
  }

  /** Its exit code, when it has ended and all it said is read. */
  ended(): Promise<number | null> {
    const { child } = this
    if (child === undefined || child.stdout?.closed) return Promise.resolve(child?.exitCode ?? null)
    return new Promise((resolve) => child.once('close', (code) => resolve(code)))
  }

  /** Processes that were started with its data folder, also those that have lost their parent. */
  processes(): number[] {
    const mark = `HEDDLE_DATA=${this.folder}`
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter(
        (pid) =>
          `${read(`/proc/${pid}/environ`)}\0${read(`/proc/${pid}/cmdline`)}`.includes(mark) ||
          read(`/proc/${pid}/cmdline`).includes(this.folder),
      )
      .map(Number)
  }

  /** Where its processes listen, as /proc/net/tcp writes it. */
  listening(): string[] {
    const inodes = new Set(this.processes().flatMap(socketsOf))
    return allListening()
      .filter(({ inode }) => inodes.has(inode))
      .map(({ address }) => address)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.interrupt().catch(() => undefined)
    if (!this.isOwn) return
    for (const pid of this.processes()) process.kill(pid, 'SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
