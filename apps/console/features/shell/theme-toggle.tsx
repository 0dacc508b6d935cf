'use client'
import { useEffect, useState } from 'react'
import { Menu } from '#ui/menu.tsx'
import { applyTheme, readTheme, type Theme } from './theme.ts'

const labels: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' }

export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>('system')
  useEffect(() => setTheme(readTheme()), [])
  return (
    <Menu
      label={`Theme: ${labels[theme]}`}
      trigger={<span aria-hidden>◐</span>}
      items={(['system', 'light', 'dark'] as const).map((each) => ({
        label: labels[each],
        isChecked: each === theme,
        onSelect: () => {
          applyTheme(each)
          setTheme(each)
        },
      }))}
    />
  )
}
