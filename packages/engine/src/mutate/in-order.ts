import type { HeaderEdit } from './header-edit.ts'

/**
 * The edits of two levels. The last word is the general level's, as Envoy has it, unless the routes say that it is the
 * specific one's.
 */
export function inOrder(
  specific: readonly HeaderEdit[],
  general: readonly HeaderEdit[],
  specificLast: boolean,
): HeaderEdit[] {
  return specificLast ? [...general, ...specific] : [...specific, ...general]
}
