import { type Field, sizeOf } from './field.ts'

/** Places at first. Clients name some ten fields that stay, and a ring for as many as may be is 2 KB of each connection. */
const placesMin = 8

/** The decoder's dynamic table (RFC 7541 §2.3.2): a ring, the newest entry first. */
export class DynamicTable {
  private ring = new Array<Field | undefined>(placesMin).fill(undefined)
  private mask = placesMin - 1
  private newest = 0
  private count = 0
  private size = 0
  private sizeMax: number

  constructor(sizeMax: number) {
    this.sizeMax = sizeMax
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
    if (this.count === this.ring.length) this.grow()
    this.newest = (this.newest + 1) & this.mask
    this.ring[this.newest] = field
    this.count++
    this.size += size
  }

  resize(sizeMax: number): void {
    this.sizeMax = sizeMax
    this.evict(sizeMax)
  }

  /** The smallest entry counts 32 bytes, so that `sizeMax` bounds it. */
  private grow(): void {
    const { ring, mask, newest, count } = this
    const larger = new Array<Field | undefined>(ring.length * 2).fill(undefined)
    for (let index = 0; index < count; index++) larger[index] = ring[(newest - count + 1 + index) & mask]
    this.ring = larger
    this.mask = larger.length - 1
    this.newest = count - 1
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
