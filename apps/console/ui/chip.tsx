import { classNames } from './class-names.ts'
import { type Tone, toneBorder, toneGlyph, toneText } from './tone.ts'

/** A short fact in a frame, with the glyph of its tone. */
export function Chip({
  tone = 'plain',
  glyph = tone === 'plain' ? undefined : toneGlyph[tone],
  title,
  children,
}: {
  readonly tone?: Tone
  readonly glyph?: string | undefined
  readonly title?: string
  readonly children: React.ReactNode
}) {
  return (
    <span
      title={title}
      className={classNames(
        'inline-flex items-center gap-1 whitespace-nowrap rounded-control border px-1.5 text-dense leading-5',
        toneBorder[tone],
        toneText[tone],
      )}
    >
      {glyph ? (
        <span aria-hidden className="font-semibold">
          {glyph}
        </span>
      ) : null}
      {children}
    </span>
  )
}
