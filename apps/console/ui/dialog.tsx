'use client'
import { Dialog as Radix } from 'radix-ui'
import { Button } from './button.tsx'

/** A question that must be answered before anything else. The focus comes back when it closes. */
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
  return (
    <Radix.Root open={isOpen} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          className="fixed top-[12vh] left-1/2 z-50 flex max-h-[80vh] w-[min(92vw,36rem)] -translate-x-1/2 flex-col gap-4 overflow-y-auto rounded-card border border-line bg-raised p-5 shadow-drawer"
        >
          <Radix.Title className="font-semibold text-section">{title}</Radix.Title>
          {description ? <Radix.Description className="text-muted">{description}</Radix.Description> : null}
          {children}
          <div className="flex justify-end gap-2">
            <Radix.Close asChild>
              <Button>{actions ? 'Cancel' : 'Close'}</Button>
            </Radix.Close>
            {actions}
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
