'use client'
import { useId, useRef } from 'react'
import { classNames } from './class-names.ts'
import { stepInList } from './step-in-list.ts'

export type Tab<Name extends string> = {
  readonly name: Name
  readonly label: React.ReactNode
  readonly content: React.ReactNode
}

/** Parts of one page, one shown at a time; the caller keeps which, mostly in the address. Arrows go from tab to tab. */
export function Tabs<Name extends string>({
  label,
  tabs,
  active,
  onChange,
}: {
  readonly label: string
  readonly tabs: readonly Tab<Name>[]
  readonly active: Name
  readonly onChange: (name: Name) => void
}) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const at = Math.max(
    0,
    tabs.findIndex(({ name }) => name === active),
  )
  const shown = tabs[at]
  const step = (event: React.KeyboardEvent) => {
    const next = stepInList(event.key, at, tabs.length, 'horizontal')
    const tab = next === undefined ? undefined : tabs[next]
    if (next === undefined || tab === undefined) return
    event.preventDefault()
    onChange(tab.name)
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus()
  }
  return (
    <div className="flex flex-col gap-4">
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        onKeyDown={step}
        className="flex gap-1 overflow-x-auto overflow-y-hidden border-line border-b"
      >
        {tabs.map((tab) => (
          <button
            key={tab.name}
            type="button"
            role="tab"
            id={`${id}-${tab.name}`}
            aria-selected={tab === shown}
            aria-controls={tab === shown ? `${id}-panel` : undefined}
            tabIndex={tab === shown ? 0 : -1}
            onClick={() => onChange(tab.name)}
            className={classNames(
              '-outline-offset-2! min-h-9 whitespace-nowrap border-b-2 px-3',
              tab === shown ? 'border-accent font-semibold text-text' : 'border-transparent text-muted hover:text-text',
            )}
          >
            {tab.label}
          </button>
        ))}
      </div>
      {shown ? (
        <div
          role="tabpanel"
          id={`${id}-panel`}
          aria-labelledby={`${id}-${shown.name}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel of mere text must be reached by keyboard too
          tabIndex={0}
          className="flex min-w-0 flex-col gap-4"
        >
          {shown.content}
        </div>
      ) : null}
    </div>
  )
}
