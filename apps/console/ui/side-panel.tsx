'use client'
import { useId } from 'react'
import { Button } from './button.tsx'

/** Details beside what they belong to: nothing is covered. On a narrow screen they lie over the page until closed. */
export function SidePanel({
  ref,
  title,
  onClose,
  children,
}: {
  readonly ref?: React.Ref<HTMLElement>
  readonly title: string
  readonly onClose: () => void
  readonly children: React.ReactNode
}) {
  const id = useId()
  return (
    <aside
      ref={ref}
      aria-labelledby={id}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
      className="flex w-96 shrink-0 flex-col border border-line bg-surface max-[1099px]:fixed max-[1099px]:inset-y-0 max-[1099px]:end-0 max-[1099px]:z-40 max-[1099px]:max-w-full max-md:w-full max-[1099px]:shadow-drawer min-[1100px]:max-h-[calc(100dvh-11rem)] min-[1100px]:rounded-card"
    >
      <header className="flex items-center gap-2 border-line border-b px-4 py-2">
        <h2 id={id} className="min-w-0 flex-1 truncate font-semibold text-section">
          {title}
        </h2>
        <Button size="small" look="quiet" aria-label="Close details" onClick={onClose}>
          <span aria-hidden>✕</span>
        </Button>
      </header>
      <div className="flex flex-1 flex-col gap-4 overflow-y-auto p-4">{children}</div>
    </aside>
  )
}
