import { type Field, sizeOf } from './field.ts'

/** The decoder's dynamic table (RFC 7541 §2.3.2): a ring, the newest entry first. */
export class DynamicTable {
  private readonly ring: (Field | undefined)[]
  private readonly mask: number
  private newest = 0
  private count = 0
  private size = 0
  private sizeMax: number

  constructor(sizeMax: number) {
    this.sizeMax = sizeMax
    // The smallest entry counts 32 bytes.
    const places = 2 ** Math.ceil(Math.log2(Math.max(2, sizeMax / 32 + 1)))
    this.ring = new Array<Field | undefined>(places).fill(undefined)
    this.mask = places - 1
  }

  /** `index` counts from 0, the newest. */
  at(index: number): Field | undefined {
    return index < this.count ? this.ring[(this.newest - index) & this.mask] : undefined
  }

  add(field: Field): void {
    const size = sizeOf(field.name.text, field.value)
    this.evict(this.sizeMax - size)
    // One that is larger than the table empties it, which is no error (§4.4).
    if (size > this.sizeMax) return
    this.newest = (this.newest + 1) & this.mask
    this.ring[this.newest] = field
    this.count++
    this.size += size
  }

  resize(sizeMax: number): void {
    this.sizeMax = sizeMax
    this.evict(sizeMax)
  }

  private evict(allowed: number): void {
    while (this.count > 0 && this.size > allowed) {
      const place = (this.newest - this.count + 1) & this.mask
      const oldest = this.ring[place] as Field // within the count
      this.size -= sizeOf(oldest.name.text, oldest.value)
      this.ring[place] = undefined
      this.count--
    }
  }
}
