import type { HeaderBlock } from '../message/header-block.ts'
import { RequestDetour } from './request-detour.ts'

const refusal = 'Bad gRPC-web request, invalid base64 data.'
/** Each message may be written by itself, so that padding may stand in the middle. */
const wholeGroups = /^(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)*$/

/** The body of a request in base64, sent on as the bytes that it stands for: four characters at a time. */
export class Base64Request extends RequestDetour {
  /** Fewer than four characters that wait for others. */
  private left = ''
  private isHeld = false

  take(chunk: Buffer): boolean {
    const text = this.left + chunk.toString('latin1')
    const end = text.length - (text.length % 4)
    this.left = text.slice(end)
    const groups = text.slice(0, end)
    if (!wholeGroups.test(groups)) {
      this.refuse('grpc_base_64_decode_failed')
      return true
    }
    if (groups !== '') this.sendOn(bytesOf(groups))
    return !this.isHeld
  }

  end(trailers: HeaderBlock | undefined): void {
    if (this.left === '') this.sendEnd(trailers)
    else this.refuse('grpc_base_64_decode_failed_bad_size')
  }

  protected pause(): void {
    this.isHeld = true
  }

  protected go(): void {
    this.isHeld = false
    this.askForMore()
  }

  protected halt(): void {
    this.left = ''
  }

  private refuse(details: string): void {
    this.left = ''
    this.exchange.server?.refuseBody(400, details, refusal)
  }
}

/** As one piece: who pads every byte must not make a frame of each. */
function bytesOf(groups: string): Buffer {
  const parts = groups.match(/[^=]+=*/g) ?? []
  return parts.length === 1
    ? Buffer.from(groups, 'base64')
    : Buffer.concat(parts.map((each) => Buffer.from(each, 'base64')))
}
