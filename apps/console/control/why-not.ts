import type { Capabilities } from '@heddle/shared/api/capability'

/** Why the reader may not do something, and who can; undefined when they may. */
export function whyNot(capabilities: Capabilities, action: string): string | undefined {
  if (capabilities.can.includes(action)) return undefined
  const refusal = capabilities.cannot[action]
  if (!refusal) return 'The control plane does not offer this here'
  const message = `${refusal.message.charAt(0).toUpperCase()}${refusal.message.slice(1)}`
  return refusal.who?.length ? `${message}. Can: ${refusal.who.join(', ')}` : message
}
