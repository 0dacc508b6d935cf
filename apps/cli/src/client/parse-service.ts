import { CliError, exitCodes } from './cli-error.ts'

export type NamedService = { readonly service: string; readonly namespace: string | undefined }

/** A service as people write it: `payments`, or `shop/payments` as `heddle top` shows it. */
export function parseService(text: string, namespace?: string): NamedService {
  const [first = '', second, ...rest] = text.split('/')
  if (second === undefined) return { service: first, namespace }
  if (first === '' || second === '' || rest.length > 0 || (namespace !== undefined && namespace !== first)) {
    throw new CliError(exitCodes.usage, `${text} is no service`, { hint: 'write it as payments or shop/payments' })
  }
  return { service: second, namespace: first }
}
