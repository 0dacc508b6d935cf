/** Whom the console speaks for. Written by `note-clients.ts`; the control plane believes it with the key beside it. */
export const clientHeader = 'x-heddle-client'
