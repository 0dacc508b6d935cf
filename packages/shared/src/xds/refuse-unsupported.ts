import { type DescMessage, isFieldSet, type MessageShape } from '@bufbuild/protobuf'
import { ResourceRejected } from '../errors/resource-rejected.ts'

/**
 * Refuses a message with a field that we do not implement, by its path. Ignoring it would run something else than what
 * was asked for. `supported` holds proto names: those that are read, and those that cannot matter to us.
 */
export function refuseUnsupported<Schema extends DescMessage>(
  schema: Schema,
  message: MessageShape<Schema>,
  supported: ReadonlySet<string>,
  path: string,
): void {
  for (const field of schema.fields) {
    if (supported.has(field.name) || !isFieldSet(message, field)) continue
    throw new ResourceRejected(path === '' ? field.name : `${path}.${field.name}`, 'not supported yet')
  }
}
