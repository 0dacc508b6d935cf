'use client'
import { useEffect, useId, useRef, useState } from 'react'
import { buttonClass } from './button-class.ts'
import { classNames } from './class-names.ts'
import { stepInList } from './step-in-list.ts'

export type MenuItem = {
  readonly label: string
  readonly onSelect: () => void
  /** For a choice: whether this one is in force. */
  readonly isChecked?: boolean
}

/** Actions behind one button. Arrows go through them; Escape and leaving close it. */
export function Menu({
  label,
  trigger,
  items,
  heading,
  side = 'below',
}: {
  /** Names the button. */
  readonly label: string
  readonly trigger: React.ReactNode
  readonly items: readonly MenuItem[]
  readonly heading?: React.ReactNode
  readonly side?: 'above' | 'below'
}) {
  const id = useId()
  const [isOpen, setIsOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const entries = () => [...(list.current?.querySelectorAll<HTMLElement>('[data-menu-item]') ?? [])]
  useEffect(() => {
    if (isOpen) list.current?.querySelector<HTMLElement>('[data-menu-item]')?.focus()
  }, [isOpen])
  const close = () => {
    setIsOpen(false)
    button.current?.focus()
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (!isOpen) return
    if (event.key === 'Escape') return close()
    const all = entries()
    const next = stepInList(event.key, all.indexOf(document.activeElement as HTMLElement), all.length, 'vertical')
    if (next === undefined) return
    event.preventDefault()
    all[next]?.focus()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears what its buttons let pass
    <div
      className="relative"
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setIsOpen(false)
      }}
    >
      <button
        ref={button}
        type="button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        className={buttonClass('quiet')}
        onClick={() => setIsOpen(!isOpen)}
      >
        {trigger}
      </button>
      {isOpen ? (
        <div
          className={classNames(
            'absolute end-0 z-50 min-w-48 rounded-card border border-line bg-raised p-1 shadow-drawer',
            side === 'above' ? 'bottom-full mb-1' : 'top-full mt-1',
          )}
        >
          {heading ? <p className="px-2 py-1.5 text-muted">{heading}</p> : null}
          <div ref={list} id={id} role="menu" aria-label={label}>
            {items.map(({ label: text, onSelect, isChecked }) => (
              <button
                key={text}
                type="button"
                data-menu-item
                {...(isChecked === undefined
                  ? { role: 'menuitem' }
                  : { role: 'menuitemradio', 'aria-checked': isChecked })}
                tabIndex={-1}
                className="flex min-h-8 max-md:min-h-11 w-full items-center justify-between gap-4 rounded-control px-2 hover:bg-ground focus:bg-accent focus:text-on-accent"
                onClick={() => {
                  close()
                  onSelect()
                }}
              >
                {text}
                {isChecked ? <span aria-hidden>✓</span> : null}
              </button>
            ))}
          </div>
        </div>
      ) : null}
    </div>
  )
}
