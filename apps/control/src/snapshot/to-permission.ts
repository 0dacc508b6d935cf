import type { MessageInitShape } from '@bufbuild/protobuf'
import type { AuthorizationCondition, AuthorizationOperation } from '@heddle/shared/model/authorization-rule'
import type { PermissionSchema } from '@heddle/shared/xds/generated/envoy/config/rbac/v3/rbac_pb'
import { headerPattern, stringPattern } from './to-string-pattern.ts'

export type PermissionInit = MessageInitShape<typeof PermissionSchema>

/** What may be done: all fields of the operation must hold, within a field one entry is enough. */
export function toPermission(operation: AuthorizationOperation): PermissionInit {
  return allOf([
    ...field(operation.hosts, operation.notHosts, host),
    ...field(operation.ports, operation.notPorts, port),
    ...field(operation.methods, operation.notMethods, method),
    ...field(operation.paths, operation.notPaths, path),
  ])
}

/** A condition on the request itself; undefined for one on the caller. */
export function conditionPermission({ key, values, notValues }: AuthorizationCondition): PermissionInit | undefined {
  if (key === 'destination.port') return allOf(field(values, notValues, port))
  const name = /^request\.headers\[(.+)\]$/.exec(key)?.[1]
  if (name === undefined) return undefined
  return allOf(
    field(values, notValues, (value) => ({
      rule: { case: 'header', value: headerPattern(name.toLowerCase(), value) },
    })),
  )
}

export function anyPermission(permissions: readonly PermissionInit[]): PermissionInit {
  const [first, ...others] = permissions
  if (first === undefined) return { rule: { case: 'any', value: true } }
  return others.length === 0 ? first : { rule: { case: 'orRules', value: { rules: [...permissions] } } }
}

export function allOf(permissions: readonly PermissionInit[]): PermissionInit {
  const [first, ...others] = permissions
  if (first === undefined) return { rule: { case: 'any', value: true } }
  return others.length === 0 ? first : { rule: { case: 'andRules', value: { rules: [...permissions] } } }
}

function field(
  values: readonly string[] | undefined,
  notValues: readonly string[] | undefined,
  toOne: (value: string) => PermissionInit,
): PermissionInit[] {
  return [
    ...(values ? [anyPermission(values.map(toOne))] : []),
    ...(notValues ? [{ rule: { case: 'notRule' as const, value: anyPermission(notValues.map(toOne)) } }] : []),
  ]
}

function host(value: string): PermissionInit {
  return { rule: { case: 'header', value: headerPattern(':authority', value, true) } }
}

function port(value: string): PermissionInit {
  return { rule: { case: 'destinationPort', value: Number(value) } }
}

function method(value: string): PermissionInit {
  return { rule: { case: 'header', value: headerPattern(':method', value) } }
}

function path(value: string): PermissionInit {
  // Every request has a path, so "*" holds for each.
  if (value === '*') return { rule: { case: 'any', value: true } }
  return { rule: { case: 'urlPath', value: { rule: { case: 'path', value: stringPattern(value) } } } }
}
