import type { ProxyWarning } from '@heddle/shared/api/proxies'
import { Panel } from '#ui/panel.tsx'

/** What a proxy does not do, and how to mend it. */
export function ProxyWarningList({ warnings }: { readonly warnings: readonly ProxyWarning[] }) {
  if (warnings.length === 0) return null
  return (
    <Panel title="Warnings">
      <ul className="flex flex-col gap-2">
        {warnings.map(({ code, message, fix }) => (
          <li key={code} className="border-warn border-l-4 ps-3">
            <p>
              <span aria-hidden className="font-semibold text-warn">
                !{' '}
              </span>
              {message.charAt(0).toUpperCase() + message.slice(1)}.
            </p>
            <p className="text-dense text-muted">{fix.charAt(0).toUpperCase() + fix.slice(1)}.</p>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
