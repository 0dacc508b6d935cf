'use client'
import { useEffect, useState } from 'react'
import { buttonClass } from '#ui/button-class.ts'
import { Menu } from '#ui/menu.tsx'
import { applyTheme, readTheme, type Theme } from './theme.ts'

const labels: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' }

export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>('system')
  useEffect(() => setTheme(readTheme()), [])
  return (
    <Menu
      trigger={
        <button type="button" className={buttonClass('quiet')} aria-label={`Theme: ${labels[theme]}`}>
          <span aria-hidden>◐</span>
        </button>
      }
      items={(['system', 'light', 'dark'] as const).map((each) => ({
        label: labels[each],
        hint: each === theme ? '✓' : '',
        onSelect: () => {
          applyTheme(each)
          setTheme(each)
        },
      }))}
    />
  )
}
