/** The kinds that can be begun from nothing. */
export const editableKinds = [
  'FaultInjection',
  'AuthorizationPolicy',
  'HTTPRoute',
  'DestinationRule',
  'RateLimit',
] as const
export type EditableKind = (typeof editableKinds)[number]
