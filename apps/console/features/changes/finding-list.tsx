import type { Finding } from '@heddle/shared/api/problem'
import { Button } from '#ui/button.tsx'
import { StatusGlyph } from '#ui/status-glyph.tsx'

/** What the control plane found, each with why it matters and how to go on: to its place, or mended at once. */
export function FindingList({
  findings,
  onJump,
  onRepair,
}: {
  readonly findings: readonly Finding[]
  /** Leads to a place of the text, by JSON pointer. */
  readonly onJump?: (pointer: string) => void
  readonly onRepair?: (finding: Finding) => void
}) {
  if (findings.length === 0) return <StatusGlyph tone="ok">No problem found</StatusGlyph>
  return (
    <ul className="flex flex-col gap-3">
      {findings.map((finding) => {
        const { code, severity, object, path, message, why, fix, repair } = finding
        return (
          <li key={`${code} ${object} ${path} ${message}`} className="flex flex-wrap items-start gap-x-4 gap-y-1">
            <div className="min-w-0 flex-1">
              <StatusGlyph tone={severity === 'error' ? 'fail' : 'warn'}>
                <span className="whitespace-normal">{message}</span>
              </StatusGlyph>
              <p className="ms-5 text-dense">
                {why ? `${why} ` : ''}
                {fix ?? ''}
              </p>
              <p className="ms-5 break-all text-meta text-muted">
                {[object, path].filter(Boolean).join(' ')} <code className="font-mono">{code}</code>
              </p>
            </div>
            <div className="flex gap-1">
              {onJump ? (
                <Button size="small" look="quiet" aria-label={`Show in YAML: ${message}`} onClick={() => onJump(path)}>
                  Show
                </Button>
              ) : null}
              {onRepair && repair ? (
                <Button size="small" aria-label={`Mend: ${message}`} onClick={() => onRepair(finding)}>
                  Mend
                </Button>
              ) : null}
            </div>
          </li>
        )
      })}
    </ul>
  )
}
