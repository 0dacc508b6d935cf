/** What a colour means. Each tone has its own glyph, because a colour alone says nothing to many readers. */
export type Tone = 'ok' | 'warn' | 'fail' | 'idle' | 'info' | 'deny' | 'unknown' | 'plain'

export const toneGlyph: Record<Tone, string> = {
  ok: '✓',
  warn: '!',
  fail: '✕',
  idle: '–',
  info: 'i',
  deny: '⊘',
  unknown: '?',
  plain: '·',
}

/** Idle and unknown are weaker than text may be, so their words take the muted colour. */
export const toneText: Record<Tone, string> = {
  ok: 'text-ok',
  warn: 'text-warn-text',
  fail: 'text-fail',
  idle: 'text-muted',
  info: 'text-accent-text',
  deny: 'text-deny',
  unknown: 'text-muted',
  plain: 'text-text',
}

export const toneBorder: Record<Tone, string> = {
  ok: 'border-ok',
  warn: 'border-warn',
  fail: 'border-fail',
  idle: 'border-line-strong',
  info: 'border-accent',
  deny: 'border-deny border-dashed',
  unknown: 'border-line-strong border-dotted',
  plain: 'border-line',
}
