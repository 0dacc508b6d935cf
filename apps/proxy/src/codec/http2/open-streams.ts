const placesMin = 16
const placesMax = 256

/**
 * The open streams of a connection by their ids. Those of one side are odd and count up, so that the place by the lower bits of an
 * id is nearly always free: a tenth of the work of a hash table, which grows and shrinks as streams come and go. A stream that
 * finds its place taken by one that lasts is kept aside.
 */
export class OpenStreams<Stream extends { readonly id: number }> {
  size = 0
  private places: (Stream | undefined)[] = new Array<Stream | undefined>(placesMin).fill(undefined)
  private mask = placesMin - 1
  private readonly aside = new Map<number, Stream>()

  get(streamId: number): Stream | undefined {
    const stream = this.places[(streamId >>> 1) & this.mask]
    if (stream !== undefined && stream.id === streamId) return stream
    return this.aside.size === 0 ? undefined : this.aside.get(streamId)
  }

  /** An id that is not in here yet. */
  add(stream: Stream): void {
    while (this.places[(stream.id >>> 1) & this.mask] !== undefined && this.places.length < placesMax) this.widen()
    this.size++
    this.put(stream)
  }

  remove(stream: Stream): void {
    const place = (stream.id >>> 1) & this.mask
    if (this.places[place] === stream) this.places[place] = undefined
    else if (!this.aside.delete(stream.id)) return
    this.size--
  }

  /** The oldest first. */
  all(): Stream[] {
    const placed = this.places.filter((stream) => stream !== undefined)
    return [...placed, ...this.aside.values()].sort((a, b) => a.id - b.id)
  }

  private put(stream: Stream): void {
    const place = (stream.id >>> 1) & this.mask
    if (this.places[place] === undefined) this.places[place] = stream
    else this.aside.set(stream.id, stream)
  }

  private widen(): void {
    const { places } = this
    this.places = new Array<Stream | undefined>(places.length * 2).fill(undefined)
    this.mask = this.places.length - 1
    for (const stream of places) if (stream !== undefined) this.put(stream)
  }
}
