import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Permission as PermissionMessage } from '@heddle/shared/xds/generated/envoy/config/rbac/v3/rbac_pb'
import { compileHeaderMatcher } from '../match/compile-header-matcher.ts'
import { compileMetadataMatcher } from '../match/compile-metadata-matcher.ts'
import { compileStringMatcher } from '../match/compile-string-matcher.ts'
import { compileIpRange } from '../match/ip-range.ts'
import { compileSourcedMetadata } from './compile-sourced-metadata.ts'
import type { Permission } from './permission.ts'

export function compilePermission(message: PermissionMessage, path: string): Permission {
  const { rule } = message
  switch (rule.case) {
    case 'any':
      return { kind: rule.value ? 'any' : 'none' }
    case 'andRules':
      return { kind: 'and', rules: compileAll(rule.value.rules, `${path}.and_rules`) }
    case 'orRules':
      return { kind: 'or', rules: compileAll(rule.value.rules, `${path}.or_rules`) }
    case 'notRule':
      return { kind: 'not', rule: compilePermission(rule.value, `${path}.not_rule`) }
    case 'header':
      return { kind: 'header', matcher: compileHeaderMatcher(rule.value, `${path}.header`) }
    case 'urlPath': {
      if (rule.value.rule.case !== 'path') throw new ResourceRejected(`${path}.url_path`, 'has no path')
      return { kind: 'url-path', matcher: compileStringMatcher(rule.value.rule.value, `${path}.url_path.path`) }
    }
    case 'destinationIp':
      return { kind: 'destination-ip', range: compileIpRange(rule.value, `${path}.destination_ip`) }
    case 'destinationPort':
      return { kind: 'destination-port', from: rule.value, to: rule.value }
    case 'destinationPortRange':
      // The end is not part of it (envoy.type.v3.Int32Range).
      return { kind: 'destination-port', from: rule.value.start, to: rule.value.end - 1 }
    case 'requestedServerName':
      return { kind: 'server-name', matcher: compileStringMatcher(rule.value, `${path}.requested_server_name`) }
    case 'metadata':
      return {
        kind: 'metadata',
        matcher: compileMetadataMatcher(rule.value, `${path}.metadata`),
        source: 'dynamic',
      }
    case 'sourcedMetadata':
      return compileSourcedMetadata(rule.value, `${path}.sourced_metadata`)
    case undefined:
      throw new ResourceRejected(path, 'has no rule')
    default:
      throw new ResourceRejected(`${path}.${rule.case}`, 'not supported yet')
  }
}

function compileAll(rules: readonly PermissionMessage[], path: string): Permission[] {
  if (rules.length === 0) throw new ResourceRejected(`${path}.rules`, 'must not be empty')
  return rules.map((rule, index) => compilePermission(rule, `${path}.rules[${index}]`))
}
