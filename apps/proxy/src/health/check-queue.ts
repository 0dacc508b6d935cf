/** Each of them costs three times in turns to come: its connection, its answer, its end. */
const perTurn = 16

/**
 * Checks that are due, some in each turn of the event loop. Endpoints that came together are due together, each time, and to open
 * thousands of connections at once would hold up every request.
 */
export class CheckQueue {
  private readonly due: (() => void)[] = []
  private isWorking = false

  add(begin: () => void): void {
    this.due.push(begin)
    if (this.isWorking) return
    this.isWorking = true
    setImmediate(this.work)
  }

  private readonly work = () => {
    for (const begin of this.due.splice(0, perTurn)) begin()
    if (this.due.length > 0) setImmediate(this.work)
    else this.isWorking = false
  }
}
