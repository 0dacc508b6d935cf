import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { writeMessage } from './otlp-writer.ts'

const delta = 1

/** A Metric with a Sum (7) or Histogram (9), delta temporality. */
export function encodeMetric(
  name: string,
  unit: string,
  field: 7 | 9,
  points: Uint8Array,
  isMonotonic: boolean,
): Uint8Array {
  const writer = new BinaryWriter()
  writer.tag(1, WireType.LengthDelimited).string(name)
  writer.tag(3, WireType.LengthDelimited).string(unit)
  writeMessage(writer, field, (inner) => {
    inner.raw(points)
    inner.tag(2, WireType.Varint).int32(delta)
    if (isMonotonic) inner.tag(3, WireType.Varint).bool(true)
  })
  return writer.finish()
}

/** A data point of a Sum; `labels` are encoded attributes (field 7). */
export function writeCounter(writer: BinaryWriter, count: number, time: bigint, labels: Uint8Array): void {
  writeMessage(writer, 1, (point) => {
    point.tag(3, WireType.Bit64).fixed64(time)
    point.tag(6, WireType.Bit64).sfixed64(count)
    point.raw(labels)
  })
}
