/** Where a key leads in a list that is walked through with arrows, round at the ends; undefined: nowhere. */
export function stepInList(
  key: string,
  at: number,
  count: number,
  direction: 'horizontal' | 'vertical',
): number | undefined {
  const [back, forth] = direction === 'horizontal' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
  if (count === 0) return undefined
  switch (key) {
    case back:
      return at <= 0 ? count - 1 : at - 1
    case forth:
      return (at + 1) % count
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}
