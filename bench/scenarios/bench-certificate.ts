import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { createAuthority } from '@heddle/testkit/certificates'

const authority = await createAuthority('bench')
const { certificate, key } = await authority.issue([{ type: 'dns', value: 'bench.shop' }])

/** Files of a certificate for bench.shop: chain, key, and both in one as HAProxy wants them. */
export function benchCertificate(folder: string): {
  readonly certificate: string
  readonly key: string
  readonly both: string
} {
  const files = { certificate: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') }
  const both = path.join(folder, 'both.pem')
  writeFileSync(files.certificate, certificate)
  writeFileSync(files.key, key)
  writeFileSync(both, `${certificate}\n${key}`)
  return { ...files, both }
}
