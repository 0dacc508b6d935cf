'use client'
import { useEffect } from 'react'

/** Names the tab after what is shown, once it is known; until then it has the name of the page's kind. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = `${title} · Heddle`
  }, [title])
}
