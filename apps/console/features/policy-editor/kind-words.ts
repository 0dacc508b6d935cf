/** What a kind is for, in a word or two. */
export const kindWords: Readonly<Record<string, string>> = {
  HTTPRoute: 'Routing',
  DestinationRule: 'Balancing',
  FaultInjection: 'Fault',
  RateLimit: 'Limit',
  AuthorizationPolicy: 'Access',
}
