import { performance } from 'node:perf_hooks'

/** Whoever has something left to do when all that one turn of the event loop has brought is worked on. */
export type TurnWork = { endTurn(): void }

let waiting: TurnWork[] = []
let working: TurnWork[] = []
let turn = 0
let readTurn = -1
let isEndScheduled = false
let readMs = 0

/**
 * Asks for `endTurn` at the end of this turn; ask once in a turn. What many connections have to send is sent there, one
 * after the other: code that stays in the processor's cache is what makes a write cheap, and a peer that is woken by the
 * first finds the rest.
 */
export function atTurnEnd(work: TurnWork): void {
  waiting.push(work)
  scheduleEnd()
}

/** Counts event-loop turns in which something was written. */
export function turnNumber(): number {
  return turn
}

/** The time as it was when it was first asked for in this turn: reading the clock costs as much as parsing a field. */
export function turnMs(): number {
  if (readTurn !== turn) {
    readTurn = turn
    readMs = performance.now()
    // So that it is not believed in the next turn, even if nothing is written in this one.
    scheduleEnd()
  }
  return readMs
}

function scheduleEnd(): void {
  if (isEndScheduled) return
  isEndScheduled = true
  setImmediate(endTurn)
}

function endTurn(): void {
  turn++
  isEndScheduled = false
  // What a write brings about may make others ask: they are for the next turn.
  const now = waiting
  waiting = working
  working = now
  for (const work of now) work.endTurn()
  now.length = 0
}
