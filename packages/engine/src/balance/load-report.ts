import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/** `xds.data.orca.v3.OrcaLoadReport`: numbers by their names, those of maps as `named_metrics.requests`. */
export type LoadReport = ReadonlyMap<string, number>

/** The value of a header or trailer `endpoint-load-metrics`; undefined: nobody can read it. */
export function readLoadReport(text: string): LoadReport | undefined {
  const blank = text.indexOf(' ')
  const rest = text.slice(blank + 1)
  switch (text.slice(0, Math.max(0, blank))) {
    case 'BIN':
      return readBinaryReport(rest)
    case 'JSON':
      return readJson(rest)
    case 'TEXT':
      return readText(rest)
    default:
      return undefined
  }
}

/** The value of `endpoint-load-metrics-bin`, in base64. */
export function readBinaryReport(base64: string): LoadReport | undefined {
  if (base64.length > textMax) return undefined
  try {
    return readMessage(Buffer.from(base64, 'base64'))
  } catch {
    return undefined
  }
}

/** A report is a few numbers; what is longer is not looked at. */
const textMax = 8192

const scalars: Readonly<Record<number, string>> = {
  1: 'cpu_utilization',
  2: 'mem_utilization',
  6: 'rps_fractional',
  7: 'eps',
  9: 'application_utilization',
}
const maps: Readonly<Record<number, string>> = { 4: 'request_cost', 5: 'utilization', 8: 'named_metrics' }
const known = new Set(Object.values(scalars))
const knownMaps = new Set(Object.values(maps))

function readMessage(bytes: Uint8Array): LoadReport {
  const report = new Map<string, number>()
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag()
    const scalar = scalars[field]
    const map = maps[field]
    if (scalar !== undefined && type === WireType.Bit64) report.set(scalar, reader.double())
    else if (map !== undefined && type === WireType.LengthDelimited) readEntry(map, reader.bytes(), report)
    else reader.skip(type, field)
  }
  return report
}

function readEntry(map: string, bytes: Uint8Array, report: Map<string, number>): void {
  const reader = new BinaryReader(bytes)
  let key = ''
  let value = 0
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag()
    if (field === 1 && type === WireType.LengthDelimited) key = reader.string()
    else if (field === 2 && type === WireType.Bit64) value = reader.double()
    else reader.skip(type, field)
  }
  report.set(`${map}.${key}`, value)
}

function readJson(text: string): LoadReport | undefined {
  if (text.length > textMax) return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined
  const report = new Map<string, number>()
  for (const [written, value] of Object.entries(parsed)) {
    const name = written.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    if (known.has(name) && typeof value === 'number') report.set(name, value)
    else if (knownMaps.has(name) && typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value)) if (typeof each === 'number') report.set(`${name}.${key}`, each)
    } else return undefined
  }
  return report
}

/** `name=value` or `name:value`, with commas between. A name that is none, or is there twice, makes all of it void. */
function readText(text: string): LoadReport | undefined {
  if (text.length > textMax) return undefined
  const report = new Map<string, number>()
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue
    const [, name = '', written = ''] = /^\s*([^:=\s]+)\s*[:=]\s*(\S+)\s*$/.exec(pair) ?? []
    const value = Number(written)
    const isKnown = known.has(name) || knownMaps.has(name.slice(0, Math.max(0, name.indexOf('.'))))
    if (!isKnown || written === '' || !(value >= 0 && value < Number.POSITIVE_INFINITY) || report.has(name))
      return undefined
    report.set(name, value)
  }
  return report
}
