/** Traffic waits no longer than this for work that is not its own. */
const sliceMs = 8

/** Who has had its slice, in order. One goes on in each turn of the event loop: six at once hold up traffic no longer than one. */
const waiting: (() => void)[] = []

/** What a part of long work may take before traffic has its turn. */
export class TimeSlice {
  private endMs = performance.now() + sliceMs

  get isOver(): boolean {
    return performance.now() >= this.endMs
  }

  /** Lets traffic have its turn, and begins the next one. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(goOn)
    })
    this.endMs = performance.now() + sliceMs
  }
}

function goOn(): void {
  waiting.shift()?.()
  if (waiting.length > 0) setImmediate(goOn)
}

/** All steps, a slice at a time: thousands of resources at once would hold up every request. */
export async function inSlices<Result>(
  steps: Iterator<undefined, Result>,
  slice: TimeSlice = new TimeSlice(),
): Promise<Result> {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (slice.isOver) await slice.next()
  }
}
