import type { DiffLine } from './diff-lines.ts'

/** Lines that are drawn, or a number of same lines that are left out. */
export type DiffPart = DiffLine | { readonly kind: 'folded'; readonly count: number; readonly before: number }

/** Leaves out long runs of same lines, but for a few around each difference. */
export function foldSame(lines: readonly DiffLine[], context = 3): readonly DiffPart[] {
  const isNear = lines.map((_, place) =>
    lines.slice(Math.max(0, place - context), place + context + 1).some(({ kind }) => kind !== 'same'),
  )
  const parts: DiffPart[] = []
  for (const [place, line] of lines.entries()) {
    const last = parts.at(-1)
    if (isNear[place] || line.kind !== 'same') parts.push(line)
    else if (last?.kind === 'folded') parts[parts.length - 1] = { ...last, count: last.count + 1 }
    else parts.push({ kind: 'folded', count: 1, before: line.before })
  }
  return parts
}
