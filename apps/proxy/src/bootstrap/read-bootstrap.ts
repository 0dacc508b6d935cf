import { readFileSync, statSync } from 'node:fs'
import { createRegistry, fromJson, type JsonValue } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Bootstrap as BootstrapMessage,
  BootstrapSchema,
} from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import { type Document, parseDocument } from 'yaml'
import type { Bootstrap } from './bootstrap.ts'
import { BootstrapInvalid } from './bootstrap-invalid.ts'
import { decodeBootstrap } from './decode-bootstrap.ts'

const bytesMax = 4 * 1024 * 1024
const registry = createRegistry(...typedExtensions)

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
  const document = parseDocument(text, { uniqueKeys: true })
  const [error] = document.errors
  if (error) {
    const [at] = error.linePos ?? []
    const place = at ? `line ${at.line}, column ${at.col}: ` : ''
    throw new BootstrapInvalid(file, `${place}${error.message.split('\n')[0]}`)
  }
  const json = plain(file, document)
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new BootstrapInvalid(file, 'is not an object')
  try {
    return fromJson(BootstrapSchema, json, { registry })
  } catch (cause) {
    throw new BootstrapInvalid(file, (cause as Error).message, { cause })
  }
}

/** An alias may name no anchor, or more aliases each other than anybody writes by hand. */
function plain(file: string, document: Document): JsonValue {
  try {
    return document.toJS({ maxAliasCount: 100 }) as JsonValue
  } catch (cause) {
    throw new BootstrapInvalid(file, (cause as Error).message, { cause })
  }
}
