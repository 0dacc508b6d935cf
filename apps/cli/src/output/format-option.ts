import { Option } from 'commander'
import type { OutputFormat } from './print.ts'

export type WithFormat = { readonly format: OutputFormat }

/** `-o table|json|yaml` of every command that shows something. */
export function formatOption(): Option {
  return new Option('-o, --format <format>', 'output format').choices(['table', 'json', 'yaml']).default('table')
}
