import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'

export type Way = 'to' | 'from' | 'both'

/** A network of its own, joined to this one by a cable that can be cut for one port. Needs Linux and its administrator. */
export class NetworkNamespace implements Disposable {
  /** This machine's address on the cable, and the one inside. */
  readonly outside: string
  readonly inside: string
  /** Runs a command inside, with what follows as its arguments. */
  readonly within: readonly string[]
  private readonly name: string

  private constructor(number: number) {
    this.name = `heddle-${number}`
    const net = `10.${200 + Math.floor(number / 250)}.${number % 250}`
    this.outside = `${net}.1`
    this.inside = `${net}.2`
    this.within = ['ip', 'netns', 'exec', this.name]
    const [near, far] = [`hd${number}a`, `hd${number}b`]
    try {
      run('ip', 'netns', 'add', this.name)
      run('ip', 'link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', this.name)
      run('ip', 'addr', 'add', `${this.outside}/24`, 'dev', near)
      run('ip', 'link', 'set', near, 'up')
      this.run('ip', 'addr', 'add', `${this.inside}/24`, 'dev', far)
      this.run('ip', 'link', 'set', far, 'up')
      this.run('ip', 'link', 'set', 'lo', 'up')
      this.run('iptables', '-L')
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
  }

  /** A string says why this machine has none. */
  static open(): NetworkNamespace | string {
    try {
      return new NetworkNamespace(randomInt(10_000))
    } catch (error) {
      return (error as Error).message
    }
  }

  /** Packets to or from a port outside vanish, all of them or a share. */
  drop(way: Way, port: number, share = 1): void {
    const some = share < 1 ? ['-m', 'statistic', '--mode', 'random', '--probability', String(share)] : []
    const rule = (chain: string, flag: string) =>
      this.run('iptables', '-A', chain, '-p', 'tcp', flag, String(port), ...some, '-j', 'DROP')
    if (way !== 'from') rule('OUTPUT', '--dport')
    if (way !== 'to') rule('INPUT', '--sport')
  }

  heal(): void {
    this.run('iptables', '-F')
  }

  [Symbol.dispose](): void {
    // The cable goes with it.
    spawnSync('ip', ['netns', 'del', this.name])
  }

  private run(...command: readonly string[]): void {
    run(...this.within, ...command)
  }
}

function run(...[command = '', ...args]: readonly string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`)
}
