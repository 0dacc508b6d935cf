const size = 624
const middle = 397

/**
 * MT19937 (Matsumoto and Nishimura, 1998). Envoy orders the endpoints of an overloaded ring by it, so that proxies that
 * see the same load agree where a request goes instead.
 */
export class MersenneTwister {
  private readonly state = new Uint32Array(size)
  private at = size

  constructor(seed: number) {
    const { state } = this
    state[0] = seed
    for (let index = 1; index < size; index++) {
      const before = state[index - 1] as number // in range
      state[index] = Math.imul(1_812_433_253, before ^ (before >>> 30)) + index
    }
  }

  /** A number from 0 to 2³² − 1. */
  next(): number {
    if (this.at === size) this.twist()
    let value = this.state[this.at++] as number // in range
    value ^= value >>> 11
    value ^= (value << 7) & 0x9d2c5680
    value ^= (value << 15) & 0xefc60000
    value ^= value >>> 18
    return value >>> 0
  }

  /** From 0 to below `bound`, each equally likely. */
  below(bound: number): number {
    const bucket = Math.floor(2 ** 32 / bound)
    for (;;) {
      const value = Math.floor(this.next() / bucket)
      if (value < bound) return value
    }
  }

  private twist(): void {
    const { state } = this
    for (let index = 0; index < size; index++) {
      const joined = ((state[index] as number) & 0x80000000) | ((state[(index + 1) % size] as number) & 0x7fffffff)
      const other = state[(index + middle) % size] as number // in range
      state[index] = other ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0)
    }
    this.at = 0
  }
}
