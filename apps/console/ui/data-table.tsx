'use client'
import { useState } from 'react'
import { classNames } from './class-names.ts'
import type { Sorting } from './sorting.ts'

export type Column<Row> = {
  readonly id: string
  readonly title: string
  readonly cell: (row: Row) => React.ReactNode
  /** Without it the column does not sort. */
  readonly sortBy?: (row: Row) => string | number
  readonly isNumber?: boolean
  /** What the column says, where its title does not. */
  readonly hint?: string
  /** Left out on a small screen, where each column is a line. */
  readonly isMinor?: boolean
  /** Names the row to screen readers; the first column unless another says so. */
  readonly isRowHeader?: boolean
}

/**
 * Rows of one kind. Sorting happens here, because a page of rows is whole in memory; who wants to keep how it is sorted
 * passes it. On a small screen each row is a block of its own, with the names of the columns beside its values.
 */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
  sorting: kept,
  onSort,
}: {
  /** Read to screen readers. */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly sorting?: Sorting | undefined
  readonly onSort?: (sorting: Sorting) => void
}) {
  const [own, setOwn] = useState<Sorting>()
  const sorting = onSort === undefined ? own : kept
  const header = columns.find(({ isRowHeader }) => isRowHeader) ?? columns[0]
  return (
    // Focusable, because a table that is wider than its place must scroll by keyboard too.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section aria-label={caption} tabIndex={0} className="overflow-x-auto">
      <table className="w-full border-collapse text-start text-body max-md:block">
        <caption className="sr-only">{caption}</caption>
        <thead className="max-md:block">
          <tr className="border-line border-b max-md:sr-only">
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sorting={sorting} onSort={onSort ?? setOwn} />
            ))}
          </tr>
        </thead>
        <tbody className="max-md:block">
          {sortRows(rows, columns, sorting).map((row) => (
            <tr
              key={rowKey(row)}
              className="h-9 border-line border-b last:border-b-0 hover:bg-ground max-md:block max-md:h-auto max-md:py-2"
            >
              {columns.map((column) => {
                const className = classNames(
                  'px-3 py-1.5 align-middle first:ps-1 last:pe-1 max-md:px-1 max-md:py-0.5',
                  column.isNumber ? 'text-end stale:opacity-70' : 'text-start',
                )
                return column === header ? (
                  <th
                    key={column.id}
                    scope="row"
                    className={classNames(className, 'font-normal max-md:block max-md:pb-1 max-md:text-start')}
                  >
                    {column.cell(row)}
                  </th>
                ) : (
                  <td
                    key={column.id}
                    data-column={column.title}
                    className={classNames(
                      className,
                      column.isMinor ? 'max-md:hidden' : 'max-md:flex',
                      'max-md:justify-between max-md:gap-4 max-md:text-end max-md:before:shrink-0 max-md:before:text-muted max-md:before:content-[attr(data-column)]',
                    )}
                  >
                    {/* One thing beside the column's name on a small screen, whatever it is made of. */}
                    <div className="max-md:min-w-0 max-md:wrap-anywhere">{column.cell(row)}</div>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function HeaderCell<Row>({
  column,
  sorting,
  onSort,
}: {
  readonly column: Column<Row>
  readonly sorting: Sorting | undefined
  readonly onSort: (sorting: Sorting) => void
}) {
  const isSorted = sorting?.column === column.id
  const isDescending = isSorted && sorting.isDescending
  const direction = isDescending ? 'descending' : 'ascending'
  // Of numbers the largest are looked for, of names the first.
  const next = isSorted ? !isDescending : column.isNumber === true
  const side = column.isNumber ? 'text-end' : 'text-start'
  return (
    <th
      scope="col"
      aria-sort={isSorted ? direction : undefined}
      title={column.hint}
      className={classNames(
        'whitespace-nowrap px-3 py-1.5 font-medium text-dense text-muted first:ps-1 last:pe-1',
        side,
      )}
    >
      {column.sortBy ? (
        <button
          type="button"
          className="group inline-flex min-h-6 items-center gap-1 font-medium hover:text-text"
          onClick={() => onSort({ column: column.id, isDescending: next })}
        >
          {column.title}
          <span aria-hidden className={isSorted ? 'w-2' : 'w-2 opacity-40 group-hover:opacity-100'}>
            {isSorted ? (isDescending ? '↓' : '↑') : '↕'}
          </span>
        </button>
      ) : (
        column.title
      )}
    </th>
  )
}

function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sorting: Sorting | undefined) {
  const sortBy = columns.find(({ id }) => id === sorting?.column)?.sortBy
  if (!sortBy || !sorting) return rows
  const sign = sorting.isDescending ? -1 : 1
  return rows.toSorted((a, b) => {
    const [left, right] = [sortBy(a), sortBy(b)]
    return left === right ? 0 : left < right ? -sign : sign
  })
}
