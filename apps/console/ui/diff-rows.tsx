import { classNames } from './class-names.ts'
import type { DiffLine } from './diff-lines.ts'
import type { DiffPart } from './fold-same.ts'
import { visibleText } from './visible-text.ts'

/** A line of both texts, side by side. */
export function SplitRow({
  left,
  right,
  isStart,
}: {
  readonly left: DiffPart | undefined
  readonly right: DiffPart | undefined
  readonly isStart: boolean
}) {
  if (left?.kind === 'folded') return <FoldedRow count={left.count} columns={4} />
  return (
    <tr {...startOf(isStart)}>
      <Side line={left} number={left && 'before' in left ? left.before : undefined} />
      <Side line={right as DiffLine | undefined} number={right && 'after' in right ? right.after : undefined} />
    </tr>
  )
}

/** A line of one text, below the one before it. */
export function UnifiedRow({ part, isStart }: { readonly part: DiffPart; readonly isStart: boolean }) {
  if (part.kind === 'folded') return <FoldedRow count={part.count} columns={2} />
  return (
    <tr className={tintOf(part)} {...startOf(isStart)}>
      <td className="w-8 select-none px-2 text-end align-top text-muted">
        {part.kind === 'removed' ? part.before : part.after}
      </td>
      <td className="whitespace-pre px-2">
        <Text line={part} />
      </td>
    </tr>
  )
}

/** The first line of a change can take the focus, so that one can go from change to change. */
function startOf(isStart: boolean) {
  return isStart ? { 'data-change': true, tabIndex: -1 } : {}
}

function tintOf(line: DiffLine | undefined): string {
  return line?.kind === 'added' ? 'bg-added' : line?.kind === 'removed' ? 'bg-removed' : ''
}

function Side({ line, number }: { readonly line: DiffLine | undefined; readonly number: number | undefined }) {
  const tint = tintOf(line)
  return (
    <>
      <td
        className={classNames('w-8 select-none px-2 text-end align-top text-muted', tint || (line ? '' : 'bg-ground'))}
      >
        {number}
      </td>
      <td className={classNames('w-1/2 whitespace-pre px-2', tint || (line ? '' : 'bg-ground'))}>
        {line ? <Text line={line} /> : null}
      </td>
    </>
  )
}

/** The sign is text, because colour alone would not say which side a line is of. */
function Text({ line }: { readonly line: DiffLine }) {
  const Element = line.kind === 'added' ? 'ins' : line.kind === 'removed' ? 'del' : 'span'
  return (
    <Element className="no-underline">
      <span className="me-1 inline-block w-2 select-none">{{ same: ' ', added: '+', removed: '−' }[line.kind]}</span>
      {visibleText(line.text)}
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
