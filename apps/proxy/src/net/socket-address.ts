export type SocketAddress = TcpAddress | { readonly kind: 'unix'; readonly path: string }

export type TcpAddress = { readonly kind: 'tcp'; readonly host: string; readonly port: number }
