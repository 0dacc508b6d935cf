import type { TlsCounts } from '../counts/tls-counts.ts'
import { counters, type Stat, type StatScope } from './stat.ts'

/** `ssl.` of a listener or a cluster. */
export function tlsStats(scope: StatScope, counts: TlsCounts): Stat[] {
  return [
    ...counters(scope, {
      'ssl.handshake': counts.handshakes,
      'ssl.connection_error': counts.connectionErrors,
      'ssl.no_certificate': counts.noCertificate,
      'ssl.fail_verify_no_cert': counts.failNoCertificate,
      'ssl.fail_verify_error': counts.failChain,
      'ssl.fail_verify_san': counts.failNames,
      'ssl.fail_verify_cert_hash': counts.failPin,
      // No session is ever resumed.
      'ssl.session_reused': 0,
    }),
    ...valueStats(scope, 'versions', 'envoy_ssl_version', counts.versions),
    ...valueStats(scope, 'ciphers', 'envoy_ssl_cipher', counts.ciphers),
  ]
}

/** What varies is the last part of the name, and a label where there are labels. */
function valueStats(scope: StatScope, family: string, label: string, counts: ReadonlyMap<string, number>): Stat[] {
  return [...counts].flatMap(([value, count]) =>
    counters(
      {
        prefix: `${scope.prefix}ssl.${family}.`,
        metric: `${scope.metric}ssl_${family}`,
        labels: { [label]: value, ...scope.labels },
      },
      { [value]: count },
    ).map((stat) => ({ ...stat, isLabelled: true })),
  )
}
