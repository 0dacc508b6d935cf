import type { Finding } from '@heddle/shared/api/problem'
import { StatusGlyph } from '#ui/status-glyph.tsx'

/** What the control plane found, each with why it matters and how to go on. */
export function FindingList({ findings }: { readonly findings: readonly Finding[] }) {
  if (findings.length === 0) return <StatusGlyph tone="ok">No problem found</StatusGlyph>
  return (
    <ul className="flex flex-col gap-2">
      {findings.map(({ code, severity, object, path, message, why, fix }) => (
        <li key={`${code} ${object} ${path} ${message}`}>
          <StatusGlyph tone={severity === 'error' ? 'fail' : 'warn'}>
            <span className="whitespace-normal">{message}</span>
          </StatusGlyph>
          <p className="ms-5 text-dense text-muted">
            {[object, path].filter(Boolean).join(' ')} <code className="font-mono">{code}</code>
            {why ? ` · ${why}` : ''}
            {fix ? ` · ${fix}` : ''}
          </p>
        </li>
      ))}
    </ul>
  )
}
