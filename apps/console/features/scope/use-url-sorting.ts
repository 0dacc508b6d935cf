'use client'
import type { Sorting } from '#ui/sorting.ts'
import { useUrlParam } from './use-url-param.ts'

export type UrlSorting = {
  readonly sorting: Sorting | undefined
  readonly onSort: (sorting: Sorting) => void
}

/** How a table is sorted, kept in the address as `sort=p95` or, with the largest first, `sort=-p95`. */
export function useUrlSorting(): UrlSorting {
  const [text, setText] = useUrlParam('sort')
  return {
    sorting: text === '' ? undefined : { column: text.replace(/^-/, ''), isDescending: text.startsWith('-') },
    onSort: ({ column, isDescending }) => setText(isDescending ? `-${column}` : column),
  }
}
