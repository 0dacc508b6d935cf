import type { MessageInitShape } from '@bufbuild/protobuf'
import type { HeaderEdits } from '@heddle/shared/model/header-edits'
import {
  HeaderValueOption_HeaderAppendAction,
  type HeaderValueOptionSchema,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'

export type HeaderOptions = {
  readonly add: MessageInitShape<typeof HeaderValueOptionSchema>[]
  readonly remove: string[]
}

/** Header edits as Envoy has them. */
export function toHeaderOptions(edits: HeaderEdits | undefined): HeaderOptions {
  const option = (name: string, value: string, appendAction: HeaderValueOption_HeaderAppendAction) => ({
    // "%" starts a command in Envoy; ours are plain texts.
    header: { key: name.toLowerCase(), value: value.replaceAll('%', '%%') },
    appendAction,
  })
  return {
    add: [
      ...(edits?.set ?? []).map(({ name, value }) =>
        option(name, value, HeaderValueOption_HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD),
      ),
      ...(edits?.add ?? []).map(({ name, value }) =>
        option(name, value, HeaderValueOption_HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD),
      ),
    ],
    remove: (edits?.remove ?? []).map((name) => name.toLowerCase()),
  }
}
