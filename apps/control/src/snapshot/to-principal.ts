import type { MessageInitShape } from '@bufbuild/protobuf'
import type { AuthorizationCondition, AuthorizationSource } from '@heddle/shared/model/authorization-rule'
import { isIpv4 } from '@heddle/shared/model/ip-address'
import type { PrincipalSchema } from '@heddle/shared/xds/generated/envoy/config/rbac/v3/rbac_pb'
import type { CatalogIndex } from '../catalog/catalog-index.ts'
import { knownAddresses, type SourceName, sourceAddresses } from '../catalog/source-addresses.ts'

export type PrincipalInit = MessageInitShape<typeof PrincipalSchema>

/** What is needed to turn names of callers into what a proxy can see. */
export type SourceContext = {
  readonly catalog: CatalogIndex
  readonly policyNamespace: string
  readonly action: 'ALLOW' | 'DENY'
}

/** Who calls: all fields of the source must hold, within a field one entry is enough. */
export function toPrincipal(source: AuthorizationSource, context: SourceContext): PrincipalInit {
  return allPrincipals([
    ...identity(source.principals?.map(principal), source.notPrincipals?.map(principal), context),
    ...identity(source.namespaces?.map(namespace), source.notNamespaces?.map(namespace), context),
    ...identity(
      source.serviceAccounts?.map(account(context)),
      source.notServiceAccounts?.map(account(context)),
      context,
    ),
    ...blocks(source.ipBlocks, source.notIpBlocks),
  ])
}

/** A condition on the caller; undefined for one on the request. */
export function conditionPrincipal(
  { key, values, notValues }: AuthorizationCondition,
  context: SourceContext,
): PrincipalInit | undefined {
  switch (key) {
    case 'source.ip':
      return allPrincipals(blocks(values, notValues))
    case 'source.principal':
      return allPrincipals(identity(values?.map(principal), notValues?.map(principal), context))
    case 'source.namespace':
      return allPrincipals(identity(values?.map(namespace), notValues?.map(namespace), context))
    case 'source.serviceAccount':
      return allPrincipals(identity(values?.map(account(context)), notValues?.map(account(context)), context))
    default:
      return undefined
  }
}

export function anyPrincipal(principals: readonly PrincipalInit[]): PrincipalInit {
  const [first, ...others] = principals
  if (first === undefined) return everyone
  return others.length === 0 ? first : { identifier: { case: 'orIds', value: { ids: [...principals] } } }
}

export function allPrincipals(principals: readonly PrincipalInit[]): PrincipalInit {
  const [first, ...others] = principals
  if (first === undefined) return everyone
  return others.length === 0 ? first : { identifier: { case: 'andIds', value: { ids: [...principals] } } }
}

const everyone: PrincipalInit = { identifier: { case: 'any', value: true } }
const nobody: PrincipalInit = { identifier: { case: 'notId', value: everyone } }

function principal(pattern: string): SourceName {
  return { kind: 'principal', pattern }
}

function namespace(pattern: string): SourceName {
  return { kind: 'namespace', pattern }
}

function account({ policyNamespace }: SourceContext): (name: string) => SourceName {
  return (name) => ({ kind: 'service-account', name, policyNamespace })
}

function identity(
  names: readonly SourceName[] | undefined,
  notNames: readonly SourceName[] | undefined,
  context: SourceContext,
): PrincipalInit[] {
  const { catalog, action } = context
  const principals: PrincipalInit[] = []
  if (names) principals.push(fromAddresses(sourceAddresses(catalog, names)))
  if (notNames) {
    // "Everyone but checkout" must not let in a caller that nobody knows: an ALLOW rule asks for a known caller as
    // well. A DENY rule hits the unknown one (ISTIO-SECURITY-2021-004).
    if (action === 'ALLOW') principals.push(fromAddresses(knownAddresses(catalog)))
    principals.push({ identifier: { case: 'notId', value: fromAddresses(sourceAddresses(catalog, notNames)) } })
  }
  return principals
}

function blocks(values: readonly string[] | undefined, notValues: readonly string[] | undefined): PrincipalInit[] {
  return [
    ...(values ? [fromAddresses(values)] : []),
    ...(notValues ? [{ identifier: { case: 'notId' as const, value: fromAddresses(notValues) } }] : []),
  ]
}

/** The address that the connection comes from. What a header claims is no identity. */
function fromAddresses(addresses: readonly string[]): PrincipalInit {
  // No address: the name matches no running instance, and so nobody.
  if (addresses.length === 0) return nobody
  return anyPrincipal(addresses.map((text) => ({ identifier: { case: 'directRemoteIp', value: cidrRange(text) } })))
}

function cidrRange(text: string): { addressPrefix: string; prefixLen: number } {
  const [address = '', bits] = text.split('/')
  return { addressPrefix: address, prefixLen: bits === undefined ? (isIpv4(address) ? 32 : 128) : Number(bits) }
}
