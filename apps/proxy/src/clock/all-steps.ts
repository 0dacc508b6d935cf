/** All steps at once, for whom nobody waits. */
export function allSteps<Result>(steps: Iterator<undefined, Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
