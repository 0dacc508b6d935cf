import type { TlsClientConfig, TlsServerConfig } from '../config/tls-config.ts'
import {
  type CertificatePins,
  isDepthOfClients,
  type PeerValidation,
  type SecretContent,
  type SecretRef,
} from '../config/tls-secret.ts'

type Tls = TlsServerConfig | TlsClientConfig
type Filled = { readonly contents: readonly (SecretContent | undefined)[]; readonly tls: Tls }

/** What a context was filled with last: with the same again it stays the same object, and its connections' context with it. */
const filledOf = new WeakMap<Tls, Filled>()

/**
 * A TLS context with its secrets in their places. What is missing, or of the wrong kind, or trusts nobody where somebody is
 * to be verified, leaves it awaited: nobody is spoken with.
 */
export function fillTls<Kind extends Tls>(tls: Kind, contentOf: (ref: SecretRef) => SecretContent | undefined): Kind {
  const { secrets } = tls
  if (secrets === undefined) return tls
  const certificates = secrets.certificates.map(contentOf)
  const roots = secrets.validation && contentOf(secrets.validation)
  const contents = [...certificates, roots]
  const known = filledOf.get(tls)
  if (known !== undefined && contents.every((content, index) => content === known.contents[index])) {
    return known.tls as Kind // kept under this context
  }
  const ownPairs = secrets.certificates.length === 0 ? tls.keyPairs : []
  const keyPairs = certificates.flatMap((content) => (content?.kind === 'certificate' ? [content.keyPair] : []))
  const validation = validationOf(tls, roots)
  const isWhole =
    keyPairs.length === certificates.length && validation !== undefined && verifiesWhomItMust(tls, validation)
  const filled: Kind = { ...tls, ...validation, keyPairs: [...ownPairs, ...keyPairs], isAwaited: !isWhole }
  filledOf.set(tls, { contents, tls: filled })
  return filled
}

/** Undefined: it has not come. What the secret says is added to the default, and replaces its roots. */
function validationOf(tls: Tls, content: SecretContent | undefined): PeerValidation | undefined {
  const { trustedCa, trustedCaPath, peerNames, acceptsAnyPeer, crl, pins, depthMax, secrets } = tls
  if (secrets?.validation === undefined) {
    return { trustedCa, trustedCaPath, peerNames, acceptsAnyPeer, crl, pins, depthMax }
  }
  if (content?.kind !== 'validation') return undefined
  const { validation } = content
  const standard = secrets.defaultValidation
  if (standard === undefined) return validation
  const roots = validation.trustedCa === undefined ? standard : validation
  return {
    trustedCa: roots.trustedCa,
    trustedCaPath: roots.trustedCaPath,
    peerNames: [...standard.peerNames, ...validation.peerNames],
    acceptsAnyPeer: standard.acceptsAnyPeer || validation.acceptsAnyPeer,
    crl: validation.crl ?? standard.crl,
    pins: joined(standard.pins, validation.pins),
    depthMax: validation.depthMax ?? standard.depthMax,
  }
}

function joined(first: CertificatePins | undefined, second: CertificatePins | undefined): CertificatePins | undefined {
  if (first === undefined || second === undefined) return first ?? second
  return {
    keys: new Set([...first.keys, ...second.keys]),
    certificates: new Set([...first.certificates, ...second.certificates]),
  }
}

function verifiesWhomItMust(tls: Tls, validation: PeerValidation): boolean {
  const { trustedCa, acceptsAnyPeer, pins } = validation
  if ('requiresClientCertificate' in tls && !isDepthOfClients(validation)) return false
  if (trustedCa !== undefined) return true
  if (pins !== undefined) return false
  return 'requiresClientCertificate' in tls ? !tls.requiresClientCertificate : acceptsAnyPeer
}
