import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { AnyValue, KeyValueList } from '@heddle/shared/xds/generated/opentelemetry/proto/common/v1/common_pb'
import { compileLogText } from '../format/compile-log-text.ts'
import type { LogText } from '../format/log-text.ts'

/** A value of OTLP whose texts have command operators. */
export type OtlpTemplate =
  /** One without operators is as it is. */
  | { readonly kind: 'text'; readonly text: LogText | string }
  | { readonly kind: 'list'; readonly values: readonly OtlpTemplate[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: string, value: OtlpTemplate])[] }

/** What stands for a text: one with operators is taken apart, and refused where one is not known. */
export type CompileText = (text: string, path: string) => LogText | string

export const withOperators: CompileText = (text, path) => compileLogText(text, path)
export const asItIs: CompileText = (text) => text

export function compileOtlpTemplate({ value }: AnyValue, compile: CompileText, path: string): OtlpTemplate {
  switch (value.case) {
    case 'stringValue':
      return { kind: 'text', text: compile(value.value, path) }
    case 'arrayValue':
      return {
        kind: 'list',
        values: value.value.values.map((each, index) => compileOtlpTemplate(each, compile, `${path}[${index}]`)),
      }
    case 'kvlistValue':
      return { kind: 'map', entries: compileOtlpAttributes(value.value, compile, path) }
    default:
      throw new ResourceRejected(path, 'must be a text, a list or a map')
  }
}

export function compileOtlpAttributes(
  list: KeyValueList | undefined,
  compile: CompileText,
  path: string,
): (readonly [key: string, value: OtlpTemplate])[] {
  return (list?.values ?? []).map(({ key, value }) => {
    if (value === undefined) throw new ResourceRejected(`${path}["${key}"]`, 'has no value')
    return [key, compileOtlpTemplate(value, compile, `${path}["${key}"]`)]
  })
}
