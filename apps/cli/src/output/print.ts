import { stringify } from 'yaml'
import { table } from './table.ts'

export type OutputFormat = 'table' | 'json' | 'yaml'

/** A whole value for programs. */
export function wholeText(format: 'json' | 'yaml', value: unknown): string {
  return format === 'json' ? JSON.stringify(value, null, 2) : stringify(value).trimEnd()
}

export function printWhole(format: 'json' | 'yaml', value: unknown): void {
  console.log(wholeText(format, value))
}

/** Prints rows for people, or the whole value for programs. */
export function print<Item>(
  format: OutputFormat,
  value: unknown,
  items: readonly Item[],
  columns: readonly (readonly [string, (item: Item) => string | number | undefined])[],
): void {
  switch (format) {
    case 'json':
    case 'yaml':
      printWhole(format, value)
      return
    case 'table':
      console.log(
        items.length === 0
          ? 'none'
          : table(
              columns.map(([title]) => title),
              items.map((item) => columns.map(([, cell]) => cell(item))),
            ),
      )
  }
}
