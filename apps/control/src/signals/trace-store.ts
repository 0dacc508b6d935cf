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
/** Of all traces: who reports chooses what stands in them. */
const charactersMax = 64 * 1024 * 1024

type Trace = { readonly spans: Span[]; characters: number }

/** The traces that were reported lately; the one that has waited longest gives way. */
export class TraceStore {
  private readonly traces = new Map<string, Trace>()
  private characters = 0
  dropped = 0

  add(span: Span): void {
    const trace = this.traceOf(span.traceId)
    if (trace.spans.length >= spansPerTraceMax) {
      this.dropped++
      return
    }
    const characters = charactersOf(span)
    trace.spans.push(span)
    trace.characters += characters
    this.characters += characters
    while (this.characters > charactersMax) this.dropOldest()
  }

  private traceOf(traceId: string): Trace {
    const known = this.traces.get(traceId)
    if (known !== undefined) return known
    if (this.traces.size >= tracesMax) this.dropOldest()
    const trace = { spans: [], characters: 0 }
    this.traces.set(traceId, trace)
    return trace
  }

  private dropOldest(): void {
    for (const [oldest, { characters }] of this.traces) {
      this.traces.delete(oldest)
      this.characters -= characters
      return
    }
  }

  /** Its spans by start; empty when the trace is not known. */
  find(traceId: string): readonly Span[] {
    return [...(this.traces.get(traceId)?.spans ?? [])].sort((a, b) => a.startMs - b.startMs)
  }

  /** Newest first. */
  newest(limit: number): readonly (readonly Span[])[] {
    return [...this.traces.values()]
      .slice(-limit)
      .reverse()
      .map(({ spans }) => spans)
  }
}

/** Roughly: what can be long. */
function charactersOf({ name, service, attributes }: Span): number {
  let sum = 500 + name.length + service.length
  for (const key in attributes) sum += key.length + (attributes[key]?.length ?? 0)
  return sum
}
