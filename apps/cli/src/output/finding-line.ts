import type { Finding } from '@heddle/shared/api/problem'
import { printable } from './table.ts'

/** One finding for people: where it stands in their files, what is wrong, and how to go on. Pure. */
export function findingLine(finding: Finding, place?: string): string {
  const { severity, code, object = '', path, message, fix } = finding
  const where = place === undefined ? '' : `${place}: `
  return printable(`${where}${severity} ${code} ${object}${path}: ${message}${fix ? ` — ${fix}` : ''}`)
}
