import type { ClientCertificateHeader } from '../config/http-edge.ts'
import type { RequestStage } from '../exchange/filter-stages.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'
import { distinguishedName, hexDigits, namesOf } from '../message/certificate-fields.ts'
import type { TlsFacts } from '../message/tls-facts.ts'

const header = 'x-forwarded-client-cert'

/**
 * What the next hop is told of the client's certificate (`forward_client_cert_details`). A client that has shown none may
 * claim none. Undefined where every claim is taken out, which is done with the others (`forwarded-headers.ts`).
 */
export function clientCertificate(config: ClientCertificateHeader): Filter<RequestStage> | undefined {
  if (config.mode === 'sanitize') return undefined
  return ({ headers, connection }) => {
    if (config.mode === 'always-forward') return CONTINUE
    const { tls } = connection
    if (tls?.peer === undefined) {
      headers.remove(header)
      return CONTINUE
    }
    if (config.mode === 'forward') return CONTINUE
    const own = elementOf(tls, tls.peer, config)
    const before = config.mode === 'append' ? headers.get(header) : undefined
    headers.set(header, before === undefined || before === '' ? own : `${before},${own}`)
    return CONTINUE
  }
}

/** One element of the header: who we are, and what the client has shown. */
function elementOf(tls: TlsFacts, peer: NonNullable<TlsFacts['peer']>, config: ClientCertificateHeader): string {
  const ours = tls.own()
  const pairs = ours === undefined ? [] : each('By', namesOf(ours, 'URI'))
  pairs.push(`Hash=${hexDigits(peer.fingerprint256)}`)
  if (config.tellsSubject) pairs.push(`Subject="${distinguishedName(peer.subject).replace(/"/g, '\\"')}"`)
  if (config.tellsCertificate) pairs.push(`Cert="${encodeURIComponent(peer.toString())}"`)
  if (config.tellsChain) pairs.push(`Chain="${encodeURIComponent(tls.chain().join(''))}"`)
  if (config.tellsUri) {
    const uris = each('URI', namesOf(peer, 'URI'))
    pairs.push(...(uris.length === 0 ? ['URI='] : uris))
  }
  if (config.tellsDns) pairs.push(...each('DNS', namesOf(peer, 'DNS')))
  return pairs.join(';')
}

function each(key: string, names: string): string[] {
  return names === '' ? [] : names.split(',').map((name) => `${key}=${name}`)
}
