import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { CheckResult } from '@heddle/engine/health/health-record'
import type { HealthProbe } from '../config/health-check-config.ts'
import { askHttp2 } from './ask-http2.ts'
import { checkHeaders, joinedHeaders } from './check-headers.ts'
import type { ProbeTarget } from './probe-target.ts'

/** `grpc.health.v1.Health/Check` (github.com/grpc/grpc, doc/health-checking.md); SERVING is well. */
export async function checkGrpc(
  { serviceName, authority, edits }: Extract<HealthProbe, { kind: 'grpc' }>,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<CheckResult> {
  const message = new BinaryWriter()
  if (serviceName !== '') message.tag(1, WireType.LengthDelimited).string(serviceName)
  const payload = message.finish()
  const body = Buffer.alloc(5 + payload.length)
  body.writeUInt32BE(payload.length, 1)
  body.set(payload, 5)
  const headers = {
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Check',
    ':authority': target.hostname || authority || target.clusterName,
    ...joinedHeaders(checkHeaders({ 'content-type': 'application/grpc', te: 'trailers' }, edits)),
  }
  const answer = await askHttp2({ headers, body }, target, signal)
  if (answer.status !== 200 || answer.grpcStatus !== '0') return 'refusal'
  if (servingStatus(answer.body) !== serving) return 'refusal'
  return answer.isDegraded ? 'degraded' : 'success'
}

const serving = 1

/** Field 1 of the one message in the answer; 0 when it is not there. */
function servingStatus(body: Buffer): number {
  if (body.length < 5) return 0
  const reader = new BinaryReader(body.subarray(5, 5 + body.readUInt32BE(1)))
  let status = 0
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag()
    if (field === 1 && type === WireType.Varint) status = reader.int32()
    else reader.skip(type)
  }
  return status
}
