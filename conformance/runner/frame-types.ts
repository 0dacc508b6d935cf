/** The types of RFC 9113 §6, each at its number. */
export const frameTypes = [
  'data',
  'headers',
  'priority',
  'reset',
  'settings',
  'push',
  'ping',
  'goaway',
  'window',
  'continuation',
] as const
