import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

// The part of OTLP's protobuf that the proxy sends, written by hand: a report goes out every second, and its labels are
// the same each time, so they are encoded once and copied (opentelemetry/proto/{common,metrics,logs,trace}/v1).

export type OtlpValue = string | number

/** The bytes of repeated KeyValue fields under a field number; numbers that are whole go as integers. */
export function encodeAttributes(field: number, attributes: Iterable<readonly [string, OtlpValue]>): Uint8Array {
  const writer = new BinaryWriter()
  for (const [key, value] of attributes) writeAttribute(writer, field, key, value)
  return writer.finish()
}

export function writeAttribute(writer: BinaryWriter, field: number, key: string, value: OtlpValue): void {
  writer.tag(field, WireType.LengthDelimited).fork()
  writer.tag(1, WireType.LengthDelimited).string(key)
  writer.tag(2, WireType.LengthDelimited).fork()
  if (typeof value === 'string') writer.tag(1, WireType.LengthDelimited).string(value)
  else if (Number.isInteger(value)) writer.tag(3, WireType.Varint).int64(value)
  else writer.tag(4, WireType.Bit64).double(value)
  writer.join()
  writer.join()
}

/** A message in a field of its parent. */
export function writeMessage(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork()
  write(writer)
  writer.join()
}

/** Wraps the bytes of one scope into a request: Resource…{resource 1, Scope…{scope 1, items 2}} in field 1. */
export function wrapScope(resource: Uint8Array, scope: string, items: Iterable<Uint8Array>): Uint8Array {
  const writer = new BinaryWriter()
  writeMessage(writer, 1, (perResource) => {
    writeMessage(perResource, 1, (inner) => inner.raw(resource))
    writeMessage(perResource, 2, (perScope) => {
      writeMessage(perScope, 1, (inner) => inner.tag(1, WireType.LengthDelimited).string(scope))
      for (const item of items) perScope.tag(2, WireType.LengthDelimited).bytes(item)
    })
  })
  return writer.finish()
}

export function nanosOf(ms: number): bigint {
  return BigInt(Math.round(ms * 1000)) * 1000n
}
