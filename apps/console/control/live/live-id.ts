/** "<epoch>-<seq>": `seq` grows by one per topic and parameters; `epoch` changes when the server lost its buffer. */
export type LiveId = { readonly epoch: string; readonly seq: number }

function parseLiveId(text: string): LiveId | undefined {
  const match = /^(.+)-(\d{1,15})$/.exec(text)
  const [, epoch, seq] = match ?? []
  return epoch === undefined ? undefined : { epoch, seq: Number(seq) }
}

/** `next`: take it. `old`: had already. `gap`: something before it is missing, so subscribe again. */
export type Succession = 'next' | 'old' | 'gap'

/** How an event stands to the last one that was taken. */
export function succession(last: string | undefined, id: string): Succession {
  const [before, now] = [last === undefined ? undefined : parseLiveId(last), parseLiveId(id)]
  // Ids of another epoch do not compare: what lies between them is unknown.
  if (!before || !now || before.epoch !== now.epoch) return 'gap'
  if (now.seq <= before.seq) return 'old'
  return now.seq === before.seq + 1 ? 'next' : 'gap'
}
