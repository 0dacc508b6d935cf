'use client'
import { useId, useLayoutEffect, useRef } from 'react'
import { Button } from './button.tsx'

/**
 * A question that must be answered before anything else. The browser's own `<dialog>` keeps the focus inside, and gives
 * it back to where it came from.
 */
export function Dialog({
  title,
  description,
  isOpen,
  onOpenChange,
  actions,
  children,
}: {
  readonly title: string
  readonly description?: string
  readonly isOpen: boolean
  readonly onOpenChange: (isOpen: boolean) => void
  /** Beside "Cancel". */
  readonly actions?: React.ReactNode
  readonly children?: React.ReactNode
}) {
  const id = useId()
  const element = useRef<HTMLDialogElement>(null)
  // Before the element leaves the page, or it could not give the focus back.
  useLayoutEffect(() => {
    const dialog = element.current
    if (!isOpen || dialog === null) return
    dialog.showModal()
    return () => dialog.close()
  }, [isOpen])
  if (!isOpen) return null
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same as a click beside it
    <dialog
      ref={element}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      onCancel={(event) => {
        event.preventDefault()
        onOpenChange(false)
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onOpenChange(false)
      }}
      className="m-auto w-[min(92vw,36rem)] rounded-card border border-line bg-raised p-0 text-text shadow-drawer backdrop:bg-black/50"
    >
      <div className="flex max-h-[80dvh] flex-col gap-4 overflow-y-auto p-5">
        <h2 id={`${id}-title`} className="font-semibold text-section">
          {title}
        </h2>
        {description ? (
          <p id={`${id}-description`} className="text-muted">
            {description}
          </p>
        ) : null}
        {children}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={() => onOpenChange(false)}>{actions ? 'Cancel' : 'Close'}</Button>
          {actions}
        </div>
      </div>
    </dialog>
  )
}
