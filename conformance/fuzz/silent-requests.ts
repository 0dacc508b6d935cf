import { HeaderBlock } from '../../apps/proxy/src/message/header-block.ts'

/** What happens to a request that reading it is not about. */
export const silentRequests = {
  onRefused: ({ status }: { readonly status: number }) => ({
    status,
    headers: new HeaderBlock(),
    body: Buffer.alloc(0),
  }),
  onDownstreamDrained: () => undefined,
  onDownstreamClosed: () => undefined,
  onStreamIdle: () => undefined,
  onRequestTimeout: () => undefined,
  onRequestOver: () => undefined,
}
