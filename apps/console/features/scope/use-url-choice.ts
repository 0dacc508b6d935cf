'use client'
import { useUrlParam } from './use-url-param.ts'

/** One of several values, kept in the address; what the address says otherwise is the first. */
export function useUrlChoice<Value extends string>(
  name: string,
  options: readonly [{ readonly value: Value }, ...{ readonly value: Value }[]],
): [Value, (value: Value) => void] {
  const [first] = options
  const [wanted, setWanted] = useUrlParam(name, first.value)
  return [options.find(({ value }) => value === wanted)?.value ?? first.value, setWanted]
}
