import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { ServiceLogConfig } from '../config/access-log-config.ts'
import type { OtlpTemplate } from '../config/otlp-template.ts'
import type { LogText } from '../format/log-text.ts'
import { nanosOf, writeAttribute, writeMessage } from './otlp-writer.ts'

type OtlpEntry = Extract<ServiceLogConfig['entry'], { kind: 'otlp' }>
/** The text for this entry. */
export type TextOf = (text: LogText) => string

/** One `LogRecord` (opentelemetry/proto/logs/v1). */
export function encodeOtlpRecord(
  { body, attributes }: OtlpEntry,
  startedAt: number,
  trace: { readonly traceId: string; readonly spanId: string },
  textOf: TextOf,
): Uint8Array {
  const writer = new BinaryWriter()
  writer.tag(1, WireType.Bit64).fixed64(nanosOf(startedAt))
  if (body !== undefined) writeMessage(writer, 5, (inner) => writeValue(inner, body, textOf))
  for (const [key, value] of attributes) writeEntry(writer, 6, key, value, textOf)
  if (trace.traceId !== '') writer.tag(9, WireType.LengthDelimited).bytes(Buffer.from(trace.traceId, 'hex'))
  if (trace.spanId !== '') writer.tag(10, WireType.LengthDelimited).bytes(Buffer.from(trace.spanId, 'hex'))
  return writer.finish()
}

/** Some of them in an `ExportLogsServiceRequest`, with who sends them. */
export function encodeOtlpRequest(
  { resource, namesItself }: OtlpEntry,
  self: Readonly<Record<string, string>>,
  records: readonly Uint8Array[],
): Uint8Array {
  const writer = new BinaryWriter()
  writeMessage(writer, 1, (ofResource) => {
    writeMessage(ofResource, 1, (inner) => {
      if (namesItself) for (const [key, value] of Object.entries(self)) writeAttribute(inner, 1, key, value)
      for (const [key, value] of resource) writeEntry(inner, 1, key, value, literal)
    })
    writeMessage(ofResource, 2, (scope) => {
      for (const record of records) scope.tag(2, WireType.LengthDelimited).bytes(record)
    })
  })
  return writer.finish()
}

function writeEntry(writer: BinaryWriter, field: number, key: string, value: OtlpTemplate, textOf: TextOf): void {
  writeMessage(writer, field, (inner) => {
    inner.tag(1, WireType.LengthDelimited).string(key)
    writeMessage(inner, 2, (any) => writeValue(any, value, textOf))
  })
}

function writeValue(writer: BinaryWriter, value: OtlpTemplate, textOf: TextOf): void {
  switch (value.kind) {
    case 'text':
      writer.tag(1, WireType.LengthDelimited).string(typeof value.text === 'string' ? value.text : textOf(value.text))
      return
    case 'list':
      writeMessage(writer, 5, (list) => {
        for (const each of value.values) writeMessage(list, 1, (inner) => writeValue(inner, each, textOf))
      })
      return
    case 'map':
      writeMessage(writer, 6, (map) => {
        for (const [key, each] of value.entries) writeEntry(map, 1, key, each, textOf)
      })
  }
}

/** What says who we are belongs to no request, and has no operators. */
const literal: TextOf = () => ''
