/** "5m" is five minutes ago; anything else is taken as it is, and judged by the control plane. */
export function parseInstant(text: string): string {
  return /^\d+[smhd]$/.test(text) ? `now-${text}` : text
}
