import { CliError, exitCodes } from './cli-error.ts'

/** The address of a control plane, without a slash at its end. */
export function parseServer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new CliError(exitCodes.usage, `${text} is no address of a control plane`, {
      hint: 'write it as http://127.0.0.1:4000',
    })
  }
  return url.href.replace(/\/+$/, '')
}
