/** What one message has taken on its connection so far: numbers that are added to as its bytes pass. */
export class WireCount {
  /** Heads, bodies, and what frames them. */
  bytes = 0
  /** Of these, header and trailer fields, as they are written. */
  fieldBytes = 0
  /** Of what is received, the same when it is decompressed; what is sent is looked at as it is, if anybody asks. */
  plainBytes = 0

  reset(): void {
    this.bytes = 0
    this.fieldBytes = 0
    this.plainBytes = 0
  }

  /** A head of HTTP/1. `lineBytes` is its first line with the end of that. */
  setHead(bytes: number, lineBytes: number, fields: number): void {
    this.bytes = bytes
    // Without the empty line, and as if nothing stood between a name and its value but a colon, as Envoy counts.
    this.fieldBytes = bytes - 2 - lineBytes - fields
    this.plainBytes = this.fieldBytes
  }

  /** A block of HTTP/2's fields. */
  addBlock(bytes: number, plainBytes: number): void {
    this.bytes += bytes
    this.fieldBytes += bytes
    this.plainBytes += plainBytes
  }

  add(other: WireCount): void {
    this.bytes += other.bytes
    this.fieldBytes += other.fieldBytes
    this.plainBytes += other.plainBytes
  }
}

/** Of what sends or receives nothing. */
export const noCount = new WireCount()
