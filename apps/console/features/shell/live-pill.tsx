'use client'
import { useLiveConnection } from '#control/live/live-provider.tsx'
import type { LiveState } from '#control/live/live-state.ts'
import { useLiveState } from '#control/live/use-live-state.ts'
import { Button } from '#ui/button.tsx'
import { formatSeconds } from '#ui/format-age.ts'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import type { Tone } from '#ui/tone.ts'
import { useNow } from '#ui/use-now.ts'

/** Whether what is on the screen is fresh; always visible. */
export function LivePill() {
  const state = useLiveState()
  const connection = useLiveConnection()
  const now = useNow()
  const { tone, glyph, text } = describe(state, now)
  return (
    <div className="flex items-center gap-1">
      {/* Only the kind is announced; a countdown read aloud would never end. */}
      <span role="status" aria-label={`Live stream: ${state.kind}`} data-live={state.kind}>
        <StatusGlyph tone={tone} glyph={glyph}>
          {text}
        </StatusGlyph>
      </span>
      {state.kind === 'disconnected' ? (
        <Button size="small" aria-label="Retry the live stream" onClick={() => connection?.resume()}>
          Retry
        </Button>
      ) : null}
      {state.kind === 'live' ? (
        <Button size="small" look="quiet" aria-label="Pause live" onClick={() => connection?.pause()}>
          <span aria-hidden>❚❚</span>
        </Button>
      ) : null}
      {state.kind === 'paused' ? (
        <Button size="small" look="quiet" aria-label="Resume live" onClick={() => connection?.resume()}>
          <span aria-hidden>▶</span>
        </Button>
      ) : null}
    </div>
  )
}

function describe(state: LiveState, now: number): { tone: Tone; glyph: string; text: string } {
  switch (state.kind) {
    case 'connecting':
      return { tone: 'idle', glyph: '◐', text: 'Connecting' }
    case 'live':
      return { tone: 'ok', glyph: '●', text: 'Live' }
    case 'paused':
      return { tone: 'warn', glyph: '■', text: `Paused ${new Date(state.since).toLocaleTimeString()}` }
    case 'disconnected': {
      const [since, retry] = [now - state.since, state.retryAt - now].map((ms) => Math.max(0, Math.ceil(ms / 1000)))
      return {
        tone: 'fail',
        glyph: '✕',
        text: `Disconnected ${formatSeconds(since ?? 0)}, retry in ${formatSeconds(retry ?? 0)}`,
      }
    }
    case 'signed-out':
      return { tone: 'fail', glyph: '✕', text: 'Signed out' }
    case 'forbidden':
      return { tone: 'deny', glyph: '⊘', text: 'No live access' }
  }
}
