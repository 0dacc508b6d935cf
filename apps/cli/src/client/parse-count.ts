import { InvalidArgumentError } from 'commander'

/** Reads an option that is a whole number from 1 to `max`. */
export function parseCount(option: string, max: number): (text: string) => number {
  return (text) => {
    const count = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0
    if (count < 1 || count > max) throw new InvalidArgumentError(`${option} is a number from 1 to ${max}`)
    return count
  }
}
