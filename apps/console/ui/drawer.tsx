'use client'
import { useId } from 'react'
import { Button } from './button.tsx'

/** Details beside the page, which stays readable and usable behind it. */
export function Drawer({
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
      className="fixed inset-y-0 right-0 z-30 flex w-[min(100vw,26rem)] flex-col border-line border-l bg-raised shadow-drawer"
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
