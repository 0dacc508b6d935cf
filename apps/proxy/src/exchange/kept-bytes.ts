import type { KeepingConnection, KeptBudget } from './kept-budget.ts'

/** Small pieces lie together in blocks of this size: a body that comes byte by byte must not cost a buffer for each. */
const blockBytesMax = 64 * 1024

/** Who serves one connection after the other keeps nothing in between. */
export type KeepingOwner = { readonly connection: KeepingConnection }

/** Where kept bytes go to. */
export type ByteSink = {
  /** False: it takes no more for now. */
  sendData(chunk: Buffer): boolean
}

/** Some of a request's body, in the order in which it came: sent from the first byte on, once or again. */
export class KeptBytes {
  private readonly budget: KeptBudget
  private readonly owner: KeepingOwner
  /** All but the last are full. */
  private blocks: Buffer[] = none
  private lastFilled = 0
  private allocated = 0
  /** The first byte that is not sent. */
  private sentBlocks = 0
  private sentOfBlock = 0
  /** All that is here, and what of it is not sent. */
  bytes = 0
  unsent = 0

  constructor(budget: KeptBudget, owner: KeepingOwner) {
    this.budget = budget
    this.owner = owner
  }

  mayAdd(bytes: number): boolean {
    return this.budget.allows(this.owner.connection, bytes)
  }

  /** The chunk is lent. */
  add(chunk: Buffer): void {
    const last = this.blocks.at(-1)
    const copied = last === undefined ? 0 : chunk.copy(last, this.lastFilled)
    this.lastFilled += copied
    if (copied < chunk.length) this.addBlock(chunk, copied)
    this.bytes += chunk.length
    this.unsent += chunk.length
  }

  /** The chunk is lent, and is sent by whoever brings it: all before it is sent too. */
  addSent(chunk: Buffer): void {
    this.add(chunk)
    this.markSent()
  }

  markSent(): void {
    this.unsent = 0
    this.sentBlocks = Math.max(0, this.blocks.length - 1)
    this.sentOfBlock = this.lastFilled
  }

  /** Sends what is not sent, until the sink takes no more: then false. */
  sendTo(sink: ByteSink): boolean {
    let hasRoom = true
    while (this.unsent > 0 && hasRoom) {
      const block = this.blocks[this.sentBlocks] as Buffer // something is unsent
      const isLast = this.sentBlocks === this.blocks.length - 1
      const piece = block.subarray(this.sentOfBlock, isLast ? this.lastFilled : block.length)
      if (isLast) this.sentOfBlock = this.lastFilled
      else {
        this.sentBlocks++
        this.sentOfBlock = 0
      }
      // The last one may have been sent before it was full and had others behind it.
      if (piece.length === 0) continue
      this.unsent -= piece.length
      hasRoom = sink.sendData(piece)
    }
    return hasRoom
  }

  /** All of it is to be sent again. */
  rewind(): void {
    this.sentBlocks = 0
    this.sentOfBlock = 0
    this.unsent = this.bytes
  }

  /** What is sent is not needed again. */
  dropSent(): void {
    if (this.unsent === 0) {
      this.clear()
      return
    }
    let freed = 0
    for (const block of this.blocks.splice(0, this.sentBlocks)) freed += block.length
    this.sentBlocks = 0
    this.bytes -= freed
    this.count(-freed)
  }

  /** All of it, for somebody else; here it is forgotten. */
  takeAll(): Buffer[] {
    const pieces = this.blocks.map((block, at) =>
      at === this.blocks.length - 1 ? block.subarray(0, this.lastFilled) : block,
    )
    this.clear()
    return pieces
  }

  clear(): void {
    if (this.blocks.length === 0) return
    this.count(-this.allocated)
    this.blocks = none
    this.lastFilled = 0
    this.sentBlocks = 0
    this.sentOfBlock = 0
    this.bytes = 0
    this.unsent = 0
  }

  /** Nearly always there is one block, as large as the body; where more come, each is as large as all before it. */
  private addBlock(chunk: Buffer, from: number): void {
    const length = chunk.length - from
    const block = Buffer.allocUnsafe(Math.max(length, Math.min(blockBytesMax, this.allocated)))
    chunk.copy(block, 0, from)
    if (this.blocks === none) this.blocks = [block]
    else this.blocks.push(block)
    this.lastFilled = length
    this.count(block.length)
  }

  private count(bytes: number): void {
    this.allocated += bytes
    this.budget.count(this.owner.connection, bytes)
  }
}

const none: Buffer[] = []
