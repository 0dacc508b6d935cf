/**
 * What the live pill shows.
 *
 *   connecting → live ⇄ paused
 *        ↑        │ 5 s of silence, or the socket closes
 *        └── disconnected (again after 1-2-4-8 s, at once on Retry)
 *
 * `signed-out` and `forbidden` stay until the page is loaded anew.
 */
export type LiveState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live'; readonly lastAt: number }
  | { readonly kind: 'paused'; readonly since: number }
  | { readonly kind: 'disconnected'; readonly since: number; readonly retryAt: number }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'forbidden' }

/** Without a heartbeat for so long the peer counts as gone: scripts in a browser cannot see ping and pong. */
export const silenceMaxMs = 5_000
