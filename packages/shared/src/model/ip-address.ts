/** What keeps a text from being an IP address in its plain form; undefined when it is one. */
export function ipProblem(text: string): string | undefined {
  return isIpv4(text) || isIpv6(text) ? undefined : `"${text}" is not an IP address`
}

/** What keeps a text from being an address block such as "10.0.0.0/8" or a single address. */
export function ipBlockProblem(text: string): string | undefined {
  const [address = '', bits, ...rest] = text.split('/')
  const bitsMax = isIpv4(address) ? 32 : isIpv6(address) ? 128 : undefined
  const isBlock = bitsMax !== undefined && rest.length === 0
  if (!isBlock || (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > bitsMax))) {
    return `"${text}" is not an IP address or a block such as 10.0.0.0/8`
  }
  return undefined
}

/** Dotted decimal without leading zeros: "010.0.0.1" means different things to different readers. */
export function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

/** RFC 4291 text without a zone. */
export function isIpv6(text: string): boolean {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || text.includes(':::')) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  let groups = 0
  for (const [index, half] of halves.entries()) {
    const parts = half === '' ? [] : half.split(':')
    for (const [position, part] of parts.entries()) {
      const isLast = index === halves.length - 1 && position === parts.length - 1
      if (isLast && part.includes('.')) {
        if (!isIpv4(part)) return false
        groups += 2
      } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups++
      else return false
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8
}
