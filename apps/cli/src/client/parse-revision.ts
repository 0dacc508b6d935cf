import { InvalidArgumentError } from 'commander'

/** Reads a revision's number; 0 is the empty mesh. */
export function parseRevision(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a revision is a number')
  return Number(text)
}
