/** What the reader wants; `system` follows the operating system. */
export type Theme = 'system' | 'light' | 'dark'

const key = 'heddle-theme'

export function readTheme(): Theme {
  const stored = window.localStorage.getItem(key)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') {
    window.localStorage.removeItem(key)
    delete document.documentElement.dataset.theme
  } else {
    window.localStorage.setItem(key, theme)
    document.documentElement.dataset.theme = theme
  }
}

/**
 * Runs before the first paint. The theme must stand by then, or a dark page flashes white; and Zod must know before
 * it loads that the page's policy forbids `eval`, or its probe is reported as a violation.
 */
export const beforePaint = `try{var t=localStorage.getItem('${key}');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch(e){}globalThis.__zod_globalConfig={jitless:true}`
