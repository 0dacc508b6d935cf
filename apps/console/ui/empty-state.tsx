import { StatusGlyph } from './status-glyph.tsx'

export type EmptyCheck = { readonly isOk: boolean; readonly text: string }

/** Why there is nothing, with the evidence that was looked at, and one way on. */
export function EmptyState({
  title,
  checks = [],
  children,
}: {
  readonly title: string
  readonly checks?: readonly EmptyCheck[]
  readonly children?: React.ReactNode
}) {
  return (
    <div className="flex flex-col items-start gap-3 rounded-card border border-line border-dashed p-6">
      <p className="font-medium text-form">{title}</p>
      {checks.length > 0 ? (
        <ul className="flex flex-col gap-1">
          {checks.map(({ isOk, text }) => (
            <li key={text}>
              <StatusGlyph tone={isOk ? 'ok' : 'warn'}>
                <span className="whitespace-normal">{text}</span>
              </StatusGlyph>
            </li>
          ))}
        </ul>
      ) : null}
      {children}
    </div>
  )
}
