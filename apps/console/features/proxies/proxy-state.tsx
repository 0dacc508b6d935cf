import type { ProxySummary } from '@heddle/shared/api/proxies'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import type { Tone } from '#ui/tone.ts'

const looks: Record<ProxySummary['state'], { readonly tone: Tone; readonly glyph: string; readonly word: string }> = {
  acked: { tone: 'ok', glyph: '●', word: 'Acknowledged' },
  sent: { tone: 'info', glyph: '◌', word: 'Sent' },
  stale: { tone: 'warn', glyph: '◐', word: 'Behind' },
  rejected: { tone: 'fail', glyph: '✕', word: 'Rejected' },
  disconnected: { tone: 'idle', glyph: '⌀', word: 'Disconnected' },
}

export function ProxyState({ state }: { readonly state: ProxySummary['state'] }) {
  const { tone, glyph, word } = looks[state]
  return (
    <StatusGlyph tone={tone} glyph={glyph}>
      {word}
    </StatusGlyph>
  )
}
