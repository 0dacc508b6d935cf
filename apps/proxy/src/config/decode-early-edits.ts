import { fromBinary } from '@bufbuild/protobuf'
import type { HeaderEdit } from '@heddle/engine/mutate/header-edit'
import { compileMutations } from '@heddle/engine/mutate/header-mutations'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { TypedExtensionConfig } from '@heddle/shared/xds/generated/envoy/config/core/v3/extension_pb'
import { HeaderMutationSchema } from '@heddle/shared/xds/generated/envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation_pb'
import { typedConfigOf } from './typed-config-of.ts'

/** `early_header_mutation_extensions`: what becomes of a request's headers before anything is made of them, one after the other. */
export function decodeEarlyEdits(extensions: readonly TypedExtensionConfig[], path: string): HeaderEdit[] {
  return extensions.flatMap((extension, index) => {
    const at = `${path}[${index}].typed_config`
    const { typeName, value } = typedConfigOf(extension, at)
    if (typeName !== HeaderMutationSchema.typeName) throw new ResourceRejected(at, `${typeName} is not supported yet`)
    const { mutations } = fromBinary(HeaderMutationSchema, value)
    if (mutations.length === 0) throw new ResourceRejected(`${at}.mutations`, 'must not be empty')
    return compileMutations(mutations, `${at}.mutations`)
  })
}
