'use client'
import { useState } from 'react'
import { Button } from './button.tsx'
import { classNames } from './class-names.ts'
import { type DiffLine, diffLines } from './diff-lines.ts'
import { type DiffPart, foldSame } from './fold-same.ts'

/** Two texts with their difference: side by side, or one below the other on a small screen and by choice. */
export function DiffView({
  label,
  before,
  after,
}: {
  readonly label: string
  readonly before: string
  readonly after: string
}) {
  const [isFolded, setIsFolded] = useState(true)
  const [isSplit, setIsSplit] = useState(true)
  const lines = diffLines(before, after)
  const parts = isFolded ? foldSame(lines) : lines
  const hasSame = lines.some(({ kind }) => kind === 'same')
  return (
    <div className="flex flex-col gap-1">
      <div className="flex justify-end gap-1">
        {hasSame ? (
          <Button size="small" look="quiet" aria-pressed={!isFolded} onClick={() => setIsFolded(!isFolded)}>
            All lines
          </Button>
        ) : null}
        <Button size="small" look="quiet" aria-pressed={isSplit} onClick={() => setIsSplit(!isSplit)}>
          Side by side
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines must scroll by keyboard */}
      <section aria-label={label} tabIndex={0} className="overflow-x-auto rounded-card border border-line bg-surface">
        <table className="w-full border-collapse font-mono text-dense">
          <caption className="sr-only">{label}</caption>
          <tbody>
            {isSplit
              ? pairs(parts).map(([left, right], place) => (
                  <SplitRow key={keyOf(left, right, place)} left={left} right={right} />
                ))
              : parts.map((part, place) => <UnifiedRow key={keyOf(part, part, place)} part={part} />)}
          </tbody>
        </table>
      </section>
    </div>
  )
}

function SplitRow({ left, right }: { readonly left: DiffPart | undefined; readonly right: DiffPart | undefined }) {
  if (left?.kind === 'folded') return <FoldedRow count={left.count} columns={4} />
  return (
    <tr>
      <Side line={left} number={left && 'before' in left ? left.before : undefined} />
      <Side line={right as DiffLine | undefined} number={right && 'after' in right ? right.after : undefined} />
    </tr>
  )
}

function Side({ line, number }: { readonly line: DiffLine | undefined; readonly number: number | undefined }) {
  const tint = line?.kind === 'added' ? 'bg-added' : line?.kind === 'removed' ? 'bg-removed' : ''
  return (
    <>
      <td className={classNames('w-8 select-none px-2 text-end align-top text-muted', tint)}>{number}</td>
      <td className={classNames('w-1/2 whitespace-pre px-2', tint || (line ? '' : 'bg-ground'))}>
        {line ? <Text line={line} /> : null}
      </td>
    </>
  )
}

function UnifiedRow({ part }: { readonly part: DiffPart }) {
  if (part.kind === 'folded') return <FoldedRow count={part.count} columns={2} />
  const tint = part.kind === 'added' ? 'bg-added' : part.kind === 'removed' ? 'bg-removed' : ''
  return (
    <tr className={tint}>
      <td className="w-8 select-none px-2 text-end align-top text-muted">
        {part.kind === 'removed' ? part.before : part.after}
      </td>
      <td className="whitespace-pre px-2">
        <Text line={part} />
      </td>
    </tr>
  )
}

/** The sign is text, because colour alone would not say which side a line is of. */
function Text({ line }: { readonly line: DiffLine }) {
  const Element = line.kind === 'added' ? 'ins' : line.kind === 'removed' ? 'del' : 'span'
  return (
    <Element className="no-underline">
      <span className="me-1 inline-block w-2 select-none">{{ same: ' ', added: '+', removed: '−' }[line.kind]}</span>
      {line.text}
    </Element>
  )
}

function FoldedRow({ count, columns }: { readonly count: number; readonly columns: number }) {
  return (
    <tr>
      <td colSpan={columns} className="bg-ground px-2 text-muted">
        {`⋯ ${count} same ${count === 1 ? 'line' : 'lines'}`}
      </td>
    </tr>
  )
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
