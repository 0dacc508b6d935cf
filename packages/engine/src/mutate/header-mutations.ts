import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { HeaderMutation as MutationMessage } from '@heddle/shared/xds/generated/envoy/config/common/mutation_rules/v3/mutation_rules_pb'
import type { Mutations } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/header_mutation/v3/header_mutation_pb'
import { compileHeaderEdits } from './compile-header-edits.ts'
import type { HeaderEdit } from './header-edit.ts'

/** What a `header_mutation` filter changes, in order: of its own configuration, or of one level of routes. */
export type HeaderMutations = { readonly request: readonly HeaderEdit[]; readonly response: readonly HeaderEdit[] }

export function compileHeaderMutations(message: Mutations | undefined, path: string): HeaderMutations {
  return {
    request: compileMutations(message?.requestMutations ?? [], `${path}.request_mutations`),
    response: compileMutations(message?.responseMutations ?? [], `${path}.response_mutations`),
  }
}

export function compileMutations(mutations: readonly MutationMessage[], path: string): HeaderEdit[] {
  return mutations.flatMap((mutation, index) => compileOne(mutation, `${path}[${index}]`))
}

/** Each by itself: unlike the lists of a route, they are applied one after the other. */
function compileOne({ action }: MutationMessage, path: string): HeaderEdit[] {
  switch (action.case) {
    case 'remove':
      return compileHeaderEdits([], [action.value], path)
    case 'append':
      return compileHeaderEdits([action.value], [], path)
    case undefined:
      throw new ResourceRejected(path, 'neither removes nor appends')
  }
}
