import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  HeaderValueOption_HeaderAppendAction as Append,
  type HeaderValueOption,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { compileHeaderFormat } from './compile-header-format.ts'
import type { HeaderEdit } from './header-edit.ts'
import { wireText } from './wire-text.ts'

/** Removals first, then additions, as Envoy applies the lists of one level. */
export function compileHeaderEdits(
  add: readonly HeaderValueOption[],
  remove: readonly string[],
  path: string,
): HeaderEdit[] {
  return [
    ...remove.map((name, index): HeaderEdit => ({ kind: 'remove', name: nameOf(name, `${path}_to_remove[${index}]`) })),
    ...compileHeaderAdditions(add, `${path}_to_add`),
  ]
}

/** A list of additions that stands under a name of its own. */
export function compileHeaderAdditions(add: readonly HeaderValueOption[], path: string): HeaderEdit[] {
  return add.map((option, index) => compileOption(option, add.length - 1 - index, `${path}[${index}]`))
}

function compileOption(option: HeaderValueOption, following: number, path: string): HeaderEdit {
  const { header } = option
  if (header === undefined) throw new ResourceRejected(`${path}.header`, 'is required')
  return {
    kind: kindOf(option, path),
    name: nameOf(header.key, `${path}.header.key`),
    value: compileHeaderFormat(wireText(header.value, `${path}.header.value`), `${path}.header.value`),
    keepEmpty: option.keepEmptyValue,
    following,
  }
}

function kindOf({ append, appendAction }: HeaderValueOption, path: string): Exclude<HeaderEdit['kind'], 'remove'> {
  // The older field; unset it means true, which is also the newer one's default.
  if (append === false) return 'overwrite'
  switch (appendAction) {
    case Append.APPEND_IF_EXISTS_OR_ADD:
      return 'append'
    case Append.ADD_IF_ABSENT:
      return 'add-if-absent'
    case Append.OVERWRITE_IF_EXISTS_OR_ADD:
      return 'overwrite'
    case Append.OVERWRITE_IF_EXISTS:
      return 'overwrite-if-exists'
  }
  throw new ResourceRejected(`${path}.append_action`, `unknown value ${String(appendAction)}`)
}

/** What frames or routes a message is written by the proxy alone. */
function nameOf(written: string, path: string): string {
  const name = written.toLowerCase()
  if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)) throw new ResourceRejected(path, `"${written}" is no header name`)
  if (['host', 'content-length', 'transfer-encoding', 'connection'].includes(name)) {
    throw new ResourceRejected(path, `${name} cannot be edited`)
  }
  return name
}
