import { CONTINUE, type Filter, type Verdict } from './verdict.ts'

export type Resumable = { nextFilter: number }

/** Runs filters in list order from where the exchange stands. Allocates nothing. */
export function runFilters<Stage extends Resumable>(filters: readonly Filter<Stage>[], exchange: Stage): Verdict {
  while (exchange.nextFilter < filters.length) {
    const filter = filters[exchange.nextFilter++] as Filter<Stage> // in range
    const verdict = filter(exchange)
    if (verdict !== CONTINUE) return verdict
  }
  return CONTINUE
}
