import { readFileSync, statSync } from 'node:fs'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Bootstrap as BootstrapMessage,
  BootstrapSchema,
} from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { parseProtoText } from '../config/parse-proto-text.ts'
import type { Bootstrap } from './bootstrap.ts'
import { BootstrapInvalid } from './bootstrap-invalid.ts'
import { decodeBootstrap } from './decode-bootstrap.ts'

const bytesMax = 4 * 1024 * 1024

/**
 * Reads an Envoy bootstrap file, YAML or JSON. Unknown fields are refused with their path, and so are Envoy's own that
 * are not supported. Throws `BootstrapInvalid`.
 */
export function readBootstrap(file: string): Bootstrap {
  const message = parse(file, read(file))
  try {
    return decodeBootstrap(message)
  } catch (cause) {
    if (cause instanceof ResourceRejected) throw new BootstrapInvalid(file, cause.message, { cause })
    throw cause
  }
}

function read(file: string): string {
  try {
    if (statSync(file).size > bytesMax) throw new Error('larger than 4 MiB')
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : (cause as Error).message
    throw new BootstrapInvalid(file, reason, { cause })
  }
}

function parse(file: string, text: string): BootstrapMessage {
  try {
    return parseProtoText(BootstrapSchema, text)
  } catch (cause) {
    throw new BootstrapInvalid(file, (cause as Error).message, { cause })
  }
}
