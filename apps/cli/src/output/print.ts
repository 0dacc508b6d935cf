import { stringify } from 'yaml'
import { table } from './table.ts'

export type OutputFormat = 'table' | 'json' | 'yaml'

/** Prints rows for people, or the whole value for programs. */
export function print<Item>(
  format: OutputFormat,
  value: unknown,
  items: readonly Item[],
  columns: readonly (readonly [string, (item: Item) => string | number | undefined])[],
): void {
  switch (format) {
    case 'json':
      console.log(JSON.stringify(value, null, 2))
      return
    case 'yaml':
      console.log(stringify(value).trimEnd())
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
