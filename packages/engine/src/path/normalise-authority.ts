export type Authority = {
  /** Lower-case, without port and trailing dot. */
  readonly host: string
  /** 0 when none was named. */
  readonly port: number
}

const known = new Map<string, Authority>()
/** Hosts repeat; what an attacker makes up must not fill memory. */
const knownMax = 1024

/** Takes a Host header or `:authority` apart, so that `SECRET.com`, `secret.com.` and `secret.com:8443` are one host. */
export function normaliseAuthority(written: string): Authority {
  const seen = known.get(written)
  if (seen !== undefined) return seen
  const authority = parse(written)
  if (known.size < knownMax && written.length <= 255) known.set(written, authority)
  return authority
}

function parse(written: string): Authority {
  const match = /^(.*?)(?::(\d{0,5}))?$/s.exec(written)
  const host = (match?.[1] ?? written).toLowerCase()
  const port = Number(match?.[2] ?? 0)
  return { host: host.endsWith('.') ? host.slice(0, -1) : host, port: port <= 65_535 ? port : 0 }
}
