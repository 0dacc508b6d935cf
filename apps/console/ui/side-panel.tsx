'use client'
import { useId } from 'react'
import { Button } from './button.tsx'

/** Details beside what they belong to, in the flow of the page: nothing is covered. Below it on a narrow screen. */
export function SidePanel({
  title,
  onClose,
  children,
}: {
  readonly title: string
  readonly onClose: () => void
  readonly children: React.ReactNode
}) {
  const id = useId()
  return (
    <aside
      aria-labelledby={id}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
      className="flex max-h-[calc(100dvh-11rem)] w-full shrink-0 flex-col rounded-card border border-line bg-surface lg:w-96"
    >
      <header className="flex items-center gap-2 border-line border-b px-4 py-2">
        <h2 id={id} className="min-w-0 flex-1 truncate font-semibold text-section">
          {title}
        </h2>
        <Button size="small" look="quiet" aria-label="Close details" onClick={onClose}>
          <span aria-hidden>✕</span>
        </Button>
      </header>
      <div className="flex-1 overflow-y-auto p-4">{children}</div>
    </aside>
  )
}
