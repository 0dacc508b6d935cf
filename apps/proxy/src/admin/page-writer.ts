import type { ServerResponse } from 'node:http'
import { TimeSlice } from '../clock/time-slice.ts'

/**
 * A page that grows with the mesh, in pieces that are made while it is written. What has to be known before the first one is put
 * together in slices.
 */
export type PageBody = (slice: TimeSlice) => Promise<Iterable<string>>

/** Of those that grow with the mesh; who asks for one more waits until one of them is written. */
const pagesMax = 4
/** In characters: so much is made before the reader has to take it. */
const pieceLength = 64 * 1024
/** A reader that takes nothing for so long gives up its place. */
const stalledMs = 30_000

/**
 * Writes pages that may be tens of megabytes: a slice at a time, so that no request waits for a whole page, and no further ahead than the
 * reader reads, so that no page is ever in memory whole.
 */
export class PageWriter {
  private open = 0
  private readonly waiting: (() => void)[] = []

  /** Begins with `begin` as soon as there is something to write; what fails before may still be answered by its status. */
  async write(response: ServerResponse, body: PageBody, begin: () => void): Promise<void> {
    if (this.open === pagesMax) await new Promise<void>((resolve) => this.waiting.push(resolve))
    else this.open++
    try {
      if (!response.destroyed) await writePieces(response, body, begin)
    } finally {
      // Its place goes over to the next one.
      const next = this.waiting.shift()
      if (next === undefined) this.open--
      else next()
    }
  }
}

async function writePieces(response: ServerResponse, body: PageBody, begin: () => void): Promise<void> {
  const slice = new TimeSlice()
  // Other pages may have been asked for in the same turn.
  await slice.next()
  let text = ''
  for (const piece of await body(slice)) {
    text += piece
    if (text.length >= pieceLength) {
      if (!response.headersSent) begin()
      if (!response.write(text)) await drained(response)
      text = ''
    }
    if (slice.isOver) await slice.next()
    // What is left of the page is not made: nobody reads it.
    if (response.destroyed) return
  }
  if (!response.headersSent) begin()
  response.end(text)
}

/** Until the reader has taken what was written, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      clearTimeout(stalled)
      response.off('drain', settle).off('close', settle)
      resolve()
    }
    const stalled = setTimeout(() => response.destroy(), stalledMs)
    response.on('drain', settle).on('close', settle)
    if (response.destroyed) settle()
  })
}
