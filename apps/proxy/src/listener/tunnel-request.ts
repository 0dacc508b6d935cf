import { applyHeaderEdits } from '@heddle/engine/mutate/apply-header-edits'
import type { FormatView } from '@heddle/engine/mutate/format-view'
import type { HeaderFormat } from '@heddle/engine/mutate/header-format'
import { partValue } from '@heddle/engine/mutate/header-format'
import type { Tunneling } from '../config/tunneling.ts'
import type { TcpSession } from '../exchange/tcp-session.ts'
import { formatOperators } from '../format/format-operators.ts'
import { HeaderBlock } from '../message/header-block.ts'
import type { TunnelRequest } from '../tunnel/ask-for-tunnel.ts'

/**
 * What another proxy is asked for a client's connection. Undefined: the host that comes of it is none. Parts of it may be the
 * client's to say (its server name): a space in there would end the target of a CONNECT, and a line end the line.
 */
export function tunnelRequest(session: TcpSession, tunneling: Tunneling): TunnelRequest | undefined {
  const view = new SessionView(session)
  const host = hostOf(tunneling.host, view)
  if (!authority.test(host)) return undefined
  const headers = new HeaderBlock()
  headers.append('host', host)
  applyHeaderEdits(tunneling.edits, headers, view)
  const { address, port, destinationAddress, destinationPort } = session.peer
  return {
    method: tunneling.method,
    path: tunneling.path,
    headers,
    client: { source: address, sourcePort: port, destination: destinationAddress, destinationPort },
    origin: {
      majorVersion: 1,
      connection: session.peer,
      host,
      requestHeader: (name) => (name === ':authority' ? host : headers.get(name)),
    },
    onAnswer(status, answer) {
      if (!tunneling.keepsHeaders) return
      const kept = new HeaderBlock()
      kept.append(':status', String(status))
      for (let index = 0; index < answer.count; index++) {
        const name = answer.names[index] as string // in range
        if (name !== '') kept.append(name, answer.values[index] as string) // in range
      }
      session.tunnelHeaders = kept
    },
  }
}

/** What an authority may be made of (RFC 3986 §3.2), but for a user. */
const authority = /^[A-Za-z0-9\-._~!$&'()*+,;=%:[\]]+$/

/** What there is not is "-" in it. */
function hostOf(format: HeaderFormat, view: FormatView): string {
  if (format.kind === 'literal') return format.text
  return format.parts.map((part) => partValue(part, view) ?? '-').join('')
}

/** A connection has no headers. */
class SessionView implements FormatView {
  private readonly session: TcpSession

  constructor(session: TcpSession) {
    this.session = session
  }

  requestHeader(): undefined {
    return undefined
  }

  responseHeader(): undefined {
    return undefined
  }

  responseTrailer(): undefined {
    return undefined
  }

  command(...[command, args]: Parameters<FormatView['command']>): string | undefined {
    return formatOperators[command].tcp(this.session, args) || undefined
  }
}
