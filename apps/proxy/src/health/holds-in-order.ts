/** Whether each piece stands in the bytes, behind the one before it; anything may stand in between. */
export function holdsInOrder(bytes: Buffer, pieces: readonly Buffer[]): boolean {
  let from = 0
  for (const piece of pieces) {
    const at = bytes.indexOf(piece, from)
    if (at < 0) return false
    from = at + piece.length
  }
  return true
}
