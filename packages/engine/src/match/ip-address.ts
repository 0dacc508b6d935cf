/*
 * Reads textual IP addresses into a scratch buffer instead of a new array: an address is read for each rule that
 * names a range, on every request.
 */

/** The eight 16-bit groups of the address that `readIpAddress` read last; IPv4 as ::ffff:a.b.c.d. */
export const lastGroups = new Uint16Array(8)

/** Whether it is one of IPv4. */
export function isLastMapped(): boolean {
  if (lastGroups[5] !== 0xffff) return false
  for (let index = 0; index < 5; index++) if (lastGroups[index] !== 0) return false
  return true
}

/** Whether the text is an IP address; its value is then in `lastGroups`. A zone ("%eth0") is not an address. */
export function readIpAddress(text: string): boolean {
  return text.includes(':') ? readV6(text) : readV4(text, 0)
}

function readV4(text: string, start: number): boolean {
  lastGroups.fill(0, 0, 5)
  lastGroups[5] = 0xffff
  return readDotted(text, start, 6)
}

/** Reads "a.b.c.d" into two groups from `group`. */
function readDotted(text: string, start: number, group: number): boolean {
  let octet = -1
  let octets = 0
  let high = 0
  for (let index = start; index <= text.length; index++) {
    const code = index === text.length ? 46 : text.charCodeAt(index)
    if (code >= 48 && code <= 57) {
      // A leading zero is refused, because some readers take it for octal.
      if (octet === 0) return false
      octet = (octet === -1 ? 0 : octet * 10) + code - 48
      if (octet > 255) return false
      continue
    }
    if (code !== 46 || octet === -1 || octets === 4) return false
    if (octets % 2 === 0) high = octet
    else lastGroups[group + (octets >> 1)] = high * 256 + octet
    octets++
    octet = -1
  }
  return octets === 4
}

function readV6(text: string): boolean {
  lastGroups.fill(0)
  let count = 0
  let gap = -1
  let index = 0
  if (text.startsWith('::')) {
    gap = 0
    index = 2
  }
  while (index < text.length) {
    if (count === 8) return false
    const end = groupEnd(text, index)
    if (text.charCodeAt(end) === 46 /* . */) {
      if (count > 6 || !readDotted(text, index, count)) return false
      count += 2
      break
    }
    if (end === index || end - index > 4) return false
    lastGroups[count++] = Number.parseInt(text.slice(index, end), 16)
    if (end === text.length) break
    index = end + 1
    if (text.charCodeAt(index) === 58 /* : */) {
      if (gap !== -1) return false
      gap = count
      index++
    } else if (index === text.length) return false
  }
  return spread(count, gap)
}

/** The first character that is no hexadecimal digit, when it may follow a group; else a position that is refused. */
function groupEnd(text: string, start: number): number {
  let index = start
  while (index < text.length && isHexDigit(text.charCodeAt(index))) index++
  const code = text.charCodeAt(index)
  return index === text.length || code === 58 || code === 46 ? index : start
}

function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102)
}

/** Moves the groups behind "::" to the end. */
function spread(count: number, gap: number): boolean {
  if (gap === -1) return count === 8
  if (count > 7) return false
  const behind = count - gap
  for (let index = behind - 1; index >= 0; index--) {
    lastGroups[8 - behind + index] = lastGroups[gap + index] as number // in range
  }
  lastGroups.fill(0, gap, 8 - behind)
  return true
}
