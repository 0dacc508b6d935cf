/** `application/grpc`, bare or with "+proto" or ";…" behind it; "application/grpc-web" is another protocol. */
export function isGrpcType(contentType: string | undefined): boolean {
  if (contentType === undefined || !contentType.startsWith('application/grpc')) return false
  const next = contentType.charCodeAt(16)
  return contentType.length === 16 || next === 43 /* + */ || next === 59 /* ; */
}
