import type {
  AuthorizationCondition,
  AuthorizationOperation,
  AuthorizationRule,
} from '@heddle/shared/model/authorization-rule'

/**
 * What a rule says on a TCP port, where there are no requests to look at, as Istio has it: an ALLOW rule that asks for
 * something in a request matches no connection there, and a DENY rule keeps what it says of the connection and so denies
 * more. Either way nobody comes in whom the rule would have kept out. Undefined: it matches nothing.
 */
export function toConnectionRule(rule: AuthorizationRule, action: 'ALLOW' | 'DENY'): AuthorizationRule | undefined {
  if (!asksForRequest(rule)) return rule
  if (action === 'ALLOW') return undefined
  const { to, when, ...rest } = rule
  // Operations are alternatives: one that says nothing of the connection holds for all of them.
  const operations = to?.map(({ operation }) => ({ operation: connectionPart(operation) })) ?? []
  const conditions = when?.filter((condition) => !isAboutRequest(condition)) ?? []
  return {
    ...rest,
    ...(operations.every(({ operation }) => Object.keys(operation).length > 0) && operations.length > 0
      ? { to: operations }
      : {}),
    ...(conditions.length > 0 ? { when: conditions } : {}),
  }
}

export function asksForRequest({ to = [], when = [] }: AuthorizationRule): boolean {
  return (
    to.some(({ operation }) => requestFields.some((field) => operation[field] !== undefined)) ||
    when.some(isAboutRequest)
  )
}

const requestFields = ['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths'] as const

function connectionPart({ ports, notPorts }: AuthorizationOperation): AuthorizationOperation {
  return { ...(ports === undefined ? {} : { ports }), ...(notPorts === undefined ? {} : { notPorts }) }
}

function isAboutRequest({ key }: AuthorizationCondition): boolean {
  return key.startsWith('request.')
}
