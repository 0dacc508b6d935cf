import type { HostPort } from '@heddle/shared/xds/proxy-bootstrap'
import { CliError, exitCodes } from './cli-error.ts'

/** "127.0.0.1:15001", "[::1]:15001", "control:15010". */
export function parseHostPort(option: string, text: string): HostPort {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === undefined || !(Number(port) >= 1 && Number(port) <= 65_535)) {
    throw new CliError(exitCodes.usage, `${option} ${text} is no <host>:<port>`)
  }
  return { host, port: Number(port) }
}
