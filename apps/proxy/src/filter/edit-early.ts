import { applyHeaderEdits } from '@heddle/engine/mutate/apply-header-edits'
import type { HeaderEdit } from '@heddle/engine/mutate/header-edit'
import type { RequestStage } from '../exchange/filter-stages.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'

/** `early_header_mutation_extensions`: whatever reads the headers later reads them as they are then. */
export function editEarly(edits: readonly HeaderEdit[]): Filter<RequestStage> {
  return (exchange) => {
    applyHeaderEdits(edits, exchange.headers, exchange)
    return CONTINUE
  }
}
