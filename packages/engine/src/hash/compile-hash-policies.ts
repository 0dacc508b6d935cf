import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { RouteAction_HashPolicy } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import type { RegexMatchAndSubstitute } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/regex_pb'
import { durationMs } from '../duration-ms.ts'
import { compileSubstitution } from '../match/compile-substitution.ts'
import { compileLinearRegex } from '../match/linear-regex.ts'
import { wireBytes } from '../mutate/wire-text.ts'
import type { HashPolicy } from './hash-policy.ts'

export function compileHashPolicies(messages: readonly RouteAction_HashPolicy[], path: string): HashPolicy[] {
  return messages.flatMap((message, index) => compileOne(message, `${path}[${index}]`))
}

function compileOne({ policySpecifier: source, terminal }: RouteAction_HashPolicy, path: string): HashPolicy[] {
  switch (source.case) {
    case 'header': {
      const { headerName, regexRewrite } = source.value
      if (headerName === '') throw new ResourceRejected(`${path}.header.header_name`, 'must not be empty')
      const rewrite = regexRewrite && compileRewrite(regexRewrite, `${path}.header.regex_rewrite`)
      return [{ kind: 'header', name: headerName.toLowerCase(), rewrite, terminal }]
    }
    case 'cookie': {
      const { name, ttl, path: cookiePath, attributes } = source.value
      if (name === '') throw new ResourceRejected(`${path}.cookie.name`, 'must not be empty')
      const ttlMs = durationMs(ttl)
      const ttlS = ttlMs === undefined ? undefined : Math.floor(ttlMs / 1000)
      return [{ kind: 'cookie', name, path: cookiePath, ttlS, attributes, terminal }]
    }
    case 'connectionProperties':
      // Without source_ip it says nothing.
      return source.value.sourceIp ? [{ kind: 'source-ip', terminal }] : []
    case 'queryParameter':
      if (source.value.name === '') throw new ResourceRejected(`${path}.query_parameter.name`, 'must not be empty')
      return [{ kind: 'query-parameter', name: source.value.name, terminal }]
    case 'filterState':
      throw new ResourceRejected(`${path}.filter_state`, 'not supported yet')
    default:
      throw new ResourceRejected(path, 'has no policy_specifier')
  }
}

function compileRewrite({ pattern, substitution }: RegexMatchAndSubstitute, path: string) {
  const regex = compileLinearRegex(pattern?.regex ?? '', `${path}.pattern`)
  return { regex, substitution: compileSubstitution(wireBytes(substitution), regex, `${path}.substitution`) }
}
