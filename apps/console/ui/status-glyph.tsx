import { classNames } from './class-names.ts'
import { type Tone, toneGlyph, toneText } from './tone.ts'

/** A status in colour, glyph and words; `isWordHidden` keeps the words for screen readers only. */
export function StatusGlyph({
  tone,
  children,
  glyph = toneGlyph[tone],
  isWordHidden = false,
}: {
  readonly tone: Tone
  readonly children: React.ReactNode
  readonly glyph?: string
  readonly isWordHidden?: boolean
}) {
  return (
    <span className={classNames('inline-flex items-baseline gap-1.5 whitespace-nowrap', toneText[tone])}>
      <span aria-hidden className="inline-block w-3 text-center font-semibold stale:hatch">
        {glyph}
      </span>
      <span className={isWordHidden ? 'sr-only' : undefined}>{children}</span>
    </span>
  )
}
