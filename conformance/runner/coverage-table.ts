import type { Scenario } from './scenario.ts'

/** The rows of bad input that a data plane must stand, and what each is about. */
export const badInputs = {
  P1: 'content-length and transfer-encoding together',
  P2: 'two content-lengths, equal or not',
  P3: 'a content-length that is no number',
  P4: 'a transfer-encoding that is not plainly chunked',
  P5: 'a space before the colon, and folded lines',
  P6: 'bare LF, bare CR and NUL in a head',
  P7: 'chunk sizes and extensions that are none',
  P8: 'no host, two, or an empty one',
  P9: 'absolute form with another host',
  P10: 'paths that go around a policy',
  P11: 'a fragment in the path',
  P12: 'one host in other spellings',
  P13: 'headers that only a proxy may set',
  P14: 'too many fields, and too large ones',
  P15: 'floods and broken frames of HTTP/2',
  P16: 'fields that HTTP/2 forbids',
  P17: 'upgrades to a WebSocket that are none',
  P18: 'CONNECT, TRACE, OPTIONS * and unknown methods',
  P19: 'HTTP/1.0 that keeps its connection',
  P20: 'Expect',
  P21: 'answers that break the rules',
  P22: 'an answer before the request is whole',
  P23: 'plaintext where TLS is demanded',
  P24: 'certificates of the wrong peer',
  P25: 'server names in the TLS hello',
  P26: 'gRPC',
  P27: 'half-closed, empty and long TCP connections',
  P28: 'names and addresses of IPv6 with a zone, and names that nobody has',
} as const

/** The table of `conformance/README.md`: every row, and in which files how many scenarios cover it. */
export function coverageTable(scenarios: readonly Scenario[]): string {
  const lines = Object.entries(badInputs).map(([row, about]) => {
    const files = new Map<string, number>()
    for (const { id, covers } of scenarios) {
      const file = id.replace(/-\d+$/, '')
      if (covers.includes(row)) files.set(file, (files.get(file) ?? 0) + 1)
    }
    const places = [...files].map(([file, count]) => `${file} ${count}`)
    return `| ${row} | ${about} | ${places.join(', ')} |`
  })
  return ['| row | bad input | scenarios by file |', '|---|---|---|', ...lines].join('\n')
}
