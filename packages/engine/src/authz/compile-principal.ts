import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Principal as PrincipalMessage } from '@heddle/shared/xds/generated/envoy/config/rbac/v3/rbac_pb'
import { compileHeaderMatcher } from '../match/compile-header-matcher.ts'
import { compileMetadataMatcher } from '../match/compile-metadata-matcher.ts'
import { compileStringMatcher } from '../match/compile-string-matcher.ts'
import { compileIpRange, type IpRange } from '../match/ip-range.ts'
import { ipSetOf } from '../match/ip-set.ts'
import { compileSourcedMetadata } from './compile-sourced-metadata.ts'
import type { Principal } from './principal.ts'

export function compilePrincipal(message: PrincipalMessage, path: string): Principal {
  const { identifier } = message
  switch (identifier.case) {
    case 'any':
      return { kind: identifier.value ? 'any' : 'none' }
    case 'andIds':
      return { kind: 'and', ids: compileAll(identifier.value.ids, `${path}.and_ids`) }
    case 'orIds': {
      const ranges = directRanges(identifier.value.ids, `${path}.or_ids`)
      // A workload is the list of its instances' addresses: one look-up instead of a walk through them.
      if (ranges !== undefined) return { kind: 'direct-address', addresses: ipSetOf(ranges) }
      return { kind: 'or', ids: compileAll(identifier.value.ids, `${path}.or_ids`) }
    }
    case 'notId':
      return { kind: 'not', id: compilePrincipal(identifier.value, `${path}.not_id`) }
    case 'authenticated': {
      const { principalName } = identifier.value
      return {
        kind: 'authenticated',
        name:
          principalName === undefined
            ? undefined
            : compileStringMatcher(principalName, `${path}.authenticated.principal_name`),
      }
    }
    case 'sourceIp':
      return { kind: 'connection-address', addresses: ipSetOf([compileIpRange(identifier.value, `${path}.source_ip`)]) }
    case 'directRemoteIp':
      return {
        kind: 'direct-address',
        addresses: ipSetOf([compileIpRange(identifier.value, `${path}.direct_remote_ip`)]),
      }
    case 'remoteIp':
      return { kind: 'remote-address', addresses: ipSetOf([compileIpRange(identifier.value, `${path}.remote_ip`)]) }
    case 'header':
      return { kind: 'header', matcher: compileHeaderMatcher(identifier.value, `${path}.header`) }
    case 'urlPath': {
      if (identifier.value.rule.case !== 'path') throw new ResourceRejected(`${path}.url_path`, 'has no path')
      return { kind: 'url-path', matcher: compileStringMatcher(identifier.value.rule.value, `${path}.url_path.path`) }
    }
    case 'metadata':
      return {
        kind: 'metadata',
        matcher: compileMetadataMatcher(identifier.value, `${path}.metadata`),
        source: 'dynamic',
      }
    case 'sourcedMetadata':
      return compileSourcedMetadata(identifier.value, `${path}.sourced_metadata`)
    case undefined:
      throw new ResourceRejected(path, 'has no identifier')
    default:
      throw new ResourceRejected(`${path}.${identifier.case}`, 'not supported yet')
  }
}

function compileAll(ids: readonly PrincipalMessage[], path: string): Principal[] {
  if (ids.length === 0) throw new ResourceRejected(`${path}.ids`, 'must not be empty')
  return ids.map((id, index) => compilePrincipal(id, `${path}.ids[${index}]`))
}

function directRanges(ids: readonly PrincipalMessage[], path: string): IpRange[] | undefined {
  if (ids.length < 2) return undefined
  const ranges: IpRange[] = []
  for (const [index, { identifier }] of ids.entries()) {
    if (identifier.case !== 'directRemoteIp') return undefined
    ranges.push(compileIpRange(identifier.value, `${path}.ids[${index}].direct_remote_ip`))
  }
  return ranges
}
