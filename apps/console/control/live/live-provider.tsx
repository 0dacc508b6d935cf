'use client'
import { createContext, useContext, useEffect, useState } from 'react'
import { LiveConnection } from './live-connection.ts'

const LiveContext = createContext<LiveConnection | undefined>(undefined)

/** Holds the tab's one live connection: it pauses with the tab, and tries at once when the network comes back. */
export function LiveProvider({ children }: { readonly children: React.ReactNode }) {
  const [connection] = useState(() => (typeof window === 'undefined' ? undefined : new LiveConnection(liveUrl())))
  useEffect(() => {
    if (!connection) return
    const stop = connection.start()
    const follow = () => (document.visibilityState === 'hidden' ? connection.pause() : connection.resume())
    const retry = () => connection.resume()
    document.addEventListener('visibilitychange', follow)
    window.addEventListener('online', retry)
    return () => {
      document.removeEventListener('visibilitychange', follow)
      window.removeEventListener('online', retry)
      stop()
    }
  }, [connection])
  return <LiveContext value={connection}>{children}</LiveContext>
}

/** Undefined on the server. */
export function useLiveConnection(): LiveConnection | undefined {
  return useContext(LiveContext)
}

function liveUrl(): string {
  return `${window.location.origin.replace(/^http/, 'ws')}/api/v1/live`
}
