/** By which column a table is sorted, and which way. */
export type Sorting = { readonly column: string; readonly isDescending: boolean }
