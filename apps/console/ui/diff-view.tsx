'use client'
import { useRef, useState } from 'react'
import { Button } from './button.tsx'
import { diffLines } from './diff-lines.ts'
import { SplitRow, UnifiedRow } from './diff-rows.tsx'
import { type DiffPart, foldSame } from './fold-same.ts'
import { Kbd } from './kbd.tsx'
import { useMedia } from './use-media.ts'

/**
 * Two texts with their difference: side by side, or one below the other on a small screen, for a text that is new or
 * gone, and by choice. `n` and `p` go from change to change.
 */
export function DiffView({
  label,
  before,
  after,
}: {
  readonly label: string
  readonly before: string
  readonly after: string
}) {
  const isSmall = useMedia('(max-width: 767px)')
  const [isFolded, setIsFolded] = useState(true)
  const [wantsSplit, setWantsSplit] = useState(before !== '' && after !== '')
  const isSplit = wantsSplit && !isSmall
  const section = useRef<HTMLElement>(null)
  const lines = diffLines(before, after)
  const parts = isFolded ? foldSame(lines) : lines
  const hasSame = lines.some(({ kind }) => kind === 'same')
  const changes = parts.filter((part, place) => isStart(part, parts[place - 1])).length
  const step = (by: 1 | -1) => goToChange(section.current, by)
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex flex-wrap items-center justify-end gap-1">
        {changes > 1 ? (
          <>
            <span className="me-1 text-muted">{changes} changes</span>
            <Button size="small" look="quiet" onClick={() => step(-1)}>
              Previous <Kbd>p</Kbd>
            </Button>
            <Button size="small" look="quiet" onClick={() => step(1)}>
              Next <Kbd>n</Kbd>
            </Button>
          </>
        ) : null}
        {hasSame ? (
          <Button size="small" look="quiet" aria-pressed={!isFolded} onClick={() => setIsFolded(!isFolded)}>
            All lines
          </Button>
        ) : null}
        {isSmall ? null : (
          <Button size="small" look="quiet" aria-pressed={isSplit} onClick={() => setWantsSplit(!wantsSplit)}>
            Side by side
          </Button>
        )}
      </div>
      <section
        ref={section}
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines must scroll by keyboard
        tabIndex={0}
        onKeyDown={({ key, metaKey, ctrlKey, altKey }) => {
          if (metaKey || ctrlKey || altKey) return
          if (key === 'n') step(1)
          else if (key === 'p') step(-1)
        }}
        className="overflow-x-auto rounded-card border border-line bg-surface"
      >
        <table className="w-full border-collapse font-mono text-dense">
          <caption className="sr-only">{label}</caption>
          <tbody>
            {isSplit
              ? pairs(parts).map(([left, right], place, all) => (
                  <SplitRow
                    key={keyOf(left, right, place)}
                    left={left}
                    right={right}
                    isStart={isStart(right ?? left, all[place - 1]?.[1] ?? all[place - 1]?.[0])}
                  />
                ))
              : parts.map((part, place) => (
                  <UnifiedRow key={keyOf(part, part, place)} part={part} isStart={isStart(part, parts[place - 1])} />
                ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}

/** Where a run of changed lines begins. */
function isStart(part: DiffPart | undefined, before: DiffPart | undefined): boolean {
  return isChanged(part) && !isChanged(before)
}

function isChanged(part: DiffPart | undefined): boolean {
  return part?.kind === 'added' || part?.kind === 'removed'
}

/** Brings the next change into view and marks it with the focus; round at the ends. */
function goToChange(section: HTMLElement | null, by: 1 | -1): void {
  const starts = [...(section?.querySelectorAll<HTMLElement>('[data-change]') ?? [])]
  const at = starts.indexOf(document.activeElement as HTMLElement) // -1 for any other element
  const next = starts.at(at === -1 ? (by === 1 ? 0 : -1) : (at + by) % starts.length)
  next?.scrollIntoView({ block: 'nearest' })
  next?.focus({ preventScroll: true })
}

/** Puts a removed line beside the added one that stands in its place. */
function pairs(parts: readonly DiffPart[]): readonly (readonly [DiffPart | undefined, DiffPart | undefined])[] {
  const rows: [DiffPart | undefined, DiffPart | undefined][] = []
  let open = 0
  for (const part of parts) {
    if (part.kind === 'removed') {
      rows.push([part, undefined])
      open++
    } else if (part.kind === 'added') {
      const row = open > 0 ? rows[rows.length - open] : undefined
      if (row) {
        row[1] = part
        open--
      } else rows.push([undefined, part])
    } else {
      rows.push([part, part])
      open = 0
    }
  }
  return rows
}

function keyOf(left: DiffPart | undefined, right: DiffPart | undefined, place: number): string {
  const number = (part: DiffPart | undefined) => (part ? ('before' in part ? `b${part.before}` : `a${part.after}`) : '')
  return `${number(left)}:${number(right)}:${place}`
}
