/** A span as it was reported, times in milliseconds since the epoch. */
export type Span = {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly kind: number
  readonly startMs: number
  readonly endMs: number
  readonly isError: boolean
  readonly service: string
  readonly attributes: Readonly<Record<string, string>>
}

const tracesMax = 5000
const spansPerTraceMax = 2000

/** The traces that were reported lately; the one that has waited longest gives way. */
export class TraceStore {
  private readonly traces = new Map<string, Span[]>()
  dropped = 0

  add(span: Span): void {
    let spans = this.traces.get(span.traceId)
    if (spans === undefined) {
      if (this.traces.size >= tracesMax) {
        for (const oldest of this.traces.keys()) {
          this.traces.delete(oldest)
          break
        }
      }
      spans = []
      this.traces.set(span.traceId, spans)
    }
    if (spans.length < spansPerTraceMax) spans.push(span)
    else this.dropped++
  }

  /** Its spans by start; empty when the trace is not known. */
  find(traceId: string): readonly Span[] {
    return [...(this.traces.get(traceId) ?? [])].sort((a, b) => a.startMs - b.startMs)
  }

  /** Newest first. */
  newest(limit: number): readonly (readonly Span[])[] {
    return [...this.traces.values()].slice(-limit).reverse()
  }
}
