export type GrpcWebForm = 'binary' | 'text'

const forms: ReadonlyMap<string, GrpcWebForm> = new Map([
  ['application/grpc-web', 'binary'],
  ['application/grpc-web+proto', 'binary'],
  ['application/grpc-web-text', 'text'],
  ['application/grpc-web-text+proto', 'text'],
])

/** How a body of gRPC-Web is written; undefined for every other type, parameters and other messages than Protobuf among them. */
export function grpcWebForm(contentType: string | undefined): GrpcWebForm | undefined {
  return contentType === undefined ? undefined : forms.get(contentType)
}
