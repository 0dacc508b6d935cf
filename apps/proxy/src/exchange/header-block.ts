/** Header fields in the order they came, names in lower case. One block is used again for message after message. */
export class HeaderBlock {
  /** A removed field keeps its place with an empty name. */
  readonly names: string[] = []
  readonly values: string[] = []
  count = 0

  clear(): void {
    this.count = 0
  }

  append(name: string, value: string): void {
    this.names[this.count] = name
    this.values[this.count] = value
    this.count++
  }

  has(name: string): boolean {
    for (let index = 0; index < this.count; index++) if (this.names[index] === name) return true
    return false
  }

  /** Several lines of one name are joined with ",", as RFC 9110 §5.3 allows a recipient. */
  get(name: string): string | undefined {
    let found: string | undefined
    for (let index = 0; index < this.count; index++) {
      if (this.names[index] !== name) continue
      const value = this.values[index] as string // in range
      found = found === undefined ? value : `${found},${value}`
    }
    return found
  }

  /** Each line by itself. */
  lines(name: string): readonly string[] {
    const found: string[] = []
    for (let index = 0; index < this.count; index++) {
      if (this.names[index] === name) found.push(this.values[index] as string) // in range
    }
    return found
  }

  /** Replaces every line of the name with one. */
  set(name: string, value: string): void {
    let isPlaced = false
    for (let index = 0; index < this.count; index++) {
      if (this.names[index] !== name) continue
      if (isPlaced) this.names[index] = ''
      else this.values[index] = value
      isPlaced = true
    }
    if (!isPlaced) this.append(name, value)
  }

  remove(name: string): void {
    for (let index = 0; index < this.count; index++) if (this.names[index] === name) this.names[index] = ''
  }

  /** The fields as they go on the wire, without the empty line that ends them. */
  toWire(): string {
    let text = ''
    for (let index = 0; index < this.count; index++) {
      const name = this.names[index] as string // in range
      if (name !== '') text += `${name}: ${this.values[index]}\r\n`
    }
    return text
  }
}
