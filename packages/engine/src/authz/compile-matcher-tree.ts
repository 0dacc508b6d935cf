import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { TypedExtensionConfig } from '@heddle/shared/xds/generated/xds/core/v3/extension_pb'
import { IPMatcherSchema } from '@heddle/shared/xds/generated/xds/type/matcher/v3/ip_pb'
import type {
  Matcher_MatcherTree_MatchMap as MatchMap,
  Matcher_OnMatch as OnMatch,
  Matcher_MatcherTree as Tree,
} from '@heddle/shared/xds/generated/xds/type/matcher/v3/matcher_pb'
import { compileIpRange } from '../match/ip-range.ts'
import { ipSetOf } from '../match/ip-set.ts'
import { wireBytes } from '../mutate/wire-text.ts'
import { addressInput } from './compile-custom-match.ts'
import type { Doubt } from './compile-matcher-predicate.ts'
import { compileText, inputType } from './compile-text-input.ts'
import type { Permission } from './permission.ts'

/** One way down a tree. */
export type MatcherBranch = {
  readonly guard: (doubt: Doubt) => Permission
  readonly onMatch: OnMatch | undefined
  readonly path: string
}

/** The branches of a `matcher_tree`, in the order in which they are tried: of prefixes and ranges the longest first. */
export function compileMatcherBranches({ input, treeType }: Tree, path: string): readonly MatcherBranch[] {
  switch (treeType.case) {
    case 'exactMatchMap':
      return mapBranches(treeType.value, 'exact', input, path)
    case 'prefixMatchMap':
      return mapBranches(treeType.value, 'prefix', input, path)
    case 'customMatch':
      return rangeBranches(treeType.value, input, path)
    case undefined:
      throw new ResourceRejected(path, 'has no branches')
  }
}

function mapBranches(
  { map }: MatchMap,
  kind: 'exact' | 'prefix',
  input: TypedExtensionConfig | undefined,
  path: string,
): readonly MatcherBranch[] {
  const entries = Object.entries(map).sort(([a], [b]) => b.length - a.length)
  if (entries.length === 0) throw new ResourceRejected(`${path}.${kind}_match_map.map`, 'must not be empty')
  return entries.map(([value, onMatch]) => ({
    guard: (doubt) =>
      compileText(input, { kind, value: wireBytes(value), ignoreCase: false }, doubt === 'matches', `${path}.input`),
    onMatch,
    path: `${path}.${kind}_match_map.map["${value}"]`,
  }))
}

function rangeBranches(
  custom: TypedExtensionConfig,
  input: TypedExtensionConfig | undefined,
  path: string,
): readonly MatcherBranch[] {
  const at = `${path}.custom_match.typed_config`
  if (inputType(custom) !== IPMatcherSchema.typeName) {
    throw new ResourceRejected(at, `${inputType(custom) || 'none'} is not supported yet`)
  }
  const of = addressInput(input, `${path}.input`)
  const { rangeMatchers } = fromBinary(IPMatcherSchema, custom.typedConfig?.value ?? new Uint8Array())
  const branches = rangeMatchers.flatMap(({ ranges, onMatch, exclusive }, index) => {
    const place = `${at}.range_matchers[${index}]`
    if (exclusive) throw new ResourceRejected(`${place}.exclusive`, 'not supported yet')
    if (ranges.length === 0) throw new ResourceRejected(`${place}.ranges`, 'must not be empty')
    return ranges.map((each, position) => {
      const range = compileIpRange(each, `${place}.ranges[${position}]`)
      const rule: Permission = { kind: 'ip', of, addresses: ipSetOf([range]) }
      return { bits: range.prefixBits, guard: () => rule, onMatch, path: `${place}.on_match` }
    })
  })
  return branches.sort((a, b) => b.bits - a.bits)
}
