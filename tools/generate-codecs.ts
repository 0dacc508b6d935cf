// Makes the protobuf codecs of xDS and OTLP, offline, from what npm installed:
// 1. the import closure of packages/shared/proto/xds-roots.txt is copied out of @grpc/grpc-js-xds's proto sources, and
//    out of packages/shared/proto/contrib what those lack; packages/shared/proto/later-fields.json adds to its messages what
//    Envoy has got since;
// 2. buf compiles it to descriptors, from which validation and annotation options are dropped (a third of the size);
// 3. protoc-gen-es writes JavaScript and types into packages/shared/src/{xds,otlp}/generated;
// 4. their descriptors are those of packages/shared/src/descriptors, which are built when they are needed.
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { type FileDescriptorSet, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'

const root = path.resolve(import.meta.dirname, '..')
const shared = path.join(root, 'packages/shared')
const require = createRequire(path.join(shared, 'package.json'))
const sources = path.join(path.dirname(require.resolve('@grpc/grpc-js-xds/package.json')), 'deps')
/** Messages of Envoy that the npm package leaves out. */
const own = path.join(shared, 'proto/contrib')
const plugin = path.join(root, 'node_modules/.bin/protoc-gen-es')
const buf = path.join(root, 'node_modules/.bin/buf')

type LaterFields = { file: string; imports: string[]; fields: Record<string, string[]> }
const later = JSON.parse(readFileSync(path.join(shared, 'proto/later-fields.json'), 'utf8')) as LaterFields[] // ours

/** Files that only carry options for other tools; nothing refers to their types. */
const optionFiles = /^(validate\/|udpa\/annotations\/|xds\/annotations\/|envoy\/annotations\/|google\/api\/annotations)/

const work = mkdtempSync(path.join(tmpdir(), 'heddle-codecs-'))
try {
  collectXds(path.join(work, 'xds'))
  generate(path.join(work, 'xds'), path.join(shared, 'src/xds/generated'))
  mkdirSync(path.join(work, 'otlp/heddle/otlp/v1'), { recursive: true })
  writeFileSync(path.join(work, 'otlp/heddle/otlp/v1/otlp.proto'), readFileSync(path.join(shared, 'proto/otlp.proto')))
  const common = 'opentelemetry/proto/common/v1/common.proto'
  mkdirSync(path.join(work, 'otlp', path.dirname(common)), { recursive: true })
  writeFileSync(path.join(work, 'otlp', common), readFileSync(path.join(own, common)))
  generate(path.join(work, 'otlp'), path.join(shared, 'src/otlp/generated'))
} finally {
  rmSync(work, { recursive: true, force: true })
}

function collectXds(into: string): void {
  const todo = readFileSync(path.join(shared, 'proto/xds-roots.txt'), 'utf8').split(/\s+/).filter(Boolean)
  const seen = new Set<string>()
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (seen.has(name) || name.startsWith('google/protobuf/')) continue
    seen.add(name)
    const file = [...['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'].map((f) => path.join(sources, f)), own]
      .map((folder) => path.join(folder, name as string)) // set by the loop's condition
      .find((candidate) => existsSync(candidate))
    if (!file) throw new Error(`${name} is not among the proto sources`)
    const text = withLaterFields(name, readFileSync(file, 'utf8'))
    for (const [, imported = ''] of text.matchAll(/^import\s+(?:public )?"([^"]+)"/gm)) todo.push(imported)
    const target = path.join(into, name)
    mkdirSync(path.dirname(target), { recursive: true })
    writeFileSync(target, name === 'validate/validate.proto' ? withIgnoreEmpty(text) : text)
  }
}

/** Declarations are put where the message, or what is inside of it, begins; a field with the same number gives way. */
function withLaterFields(name: string, text: string): string {
  const more = later.find(({ file }) => file === name)
  if (more === undefined) return text
  let result = text
  for (const [place, declarations] of Object.entries(more.fields)) {
    let at = 0
    for (const part of place.split('/')) {
      const found = new RegExp(`^\\s*${part} \\{`, 'm').exec(result.slice(at))
      if (found === null) throw new Error(`${name} has no ${place}`)
      at += found.index + found[0].length
    }
    result = `${result.slice(0, at)}\n${declarations.join('\n')}\n${withoutFields(result.slice(at), declarations)}`
  }
  const imports = more.imports.filter((each) => !text.includes(`import "${each}"`)).map((each) => `import "${each}";\n`)
  return result.replace(/^import /m, () => `${imports.join('')}import `)
}

/** `text` begins inside the message, and fields of its nested messages stand deeper. */
function withoutFields(text: string, declarations: readonly string[]): string {
  let result = text
  for (const declaration of declarations) {
    const value = /^\w+ = \d+;$/.exec(declaration)?.[0]
    // An enum begins with its first value, which is said again before a later one.
    if (value !== undefined) result = result.replace(new RegExp(`^\\s*${value}$`, 'm'), '')
    const field = /^[\w. ]+ (\w+) = \d+;$/.exec(declaration)?.[1]
    if (field === undefined) continue
    const end = result.search(/^\}/m)
    const own = result.slice(0, end).replace(new RegExp(`^  [\\w.][\\w. ]* ${field} = \\d+( \\[[^;]*\\])?;$`, 'm'), '')
    result = `${own}${result.slice(end)}`
  }
  return result
}

/** The bundled validate.proto is older than the API that uses it: its rules lack `ignore_empty`. */
function withIgnoreEmpty(text: string): string {
  return text.replace(/^(message \w+Rules \{)([\s\S]*?)^\}/gm, (_whole, head: string, body: string) =>
    body.includes('ignore_empty') ? `${head}${body}}` : `${head}\n  optional bool ignore_empty = 100;${body}}`,
  )
}

function generate(protoFolder: string, out: string): void {
  const descriptors = path.join(work, 'descriptors.binpb')
  writeFileSync(path.join(work, 'buf.yaml'), `version: v2\nmodules: [{path: ${path.relative(work, protoFolder)}}]\n`)
  run(['build', work, '-o', descriptors])
  const set = fromBinary(FileDescriptorSetSchema, readFileSync(descriptors))
  writeFileSync(descriptors, toBinary(FileDescriptorSetSchema, withoutOptions(set)))
  rmSync(out, { recursive: true, force: true })
  const template = {
    version: 'v2',
    // `all` starts the plugin once instead of once per folder: 1.4 s, not 31 s.
    plugins: [{ local: plugin, out, strategy: 'all', opt: ['target=js+dts', 'import_extension=js'] }],
  }
  run(['generate', descriptors, '--template', JSON.stringify(template)])
  for (const file of globSync(`${out}/**/*_pb.js`)) writeFileSync(file, describedLazily(readFileSync(file, 'utf8')))
}

function describedLazily(text: string): string {
  return text.replace(/^import \{ (.*) \} from "@bufbuild\/protobuf\/codegenv2";$/m, (_line, names: string) => {
    const ours = names.split(', ').filter((name) => name !== 'tsEnum')
    const theirs =
      ours.length < names.split(', ').length ? 'import { tsEnum } from "@bufbuild/protobuf/codegenv2";\n' : ''
    return `${theirs}import { ${ours.join(', ')} } from "@heddle/shared/descriptors/lazy-file";`
  })
}

/** Options are extensions, which arrive as unknown fields here. What services there are nobody reads from a descriptor. */
function withoutOptions(set: FileDescriptorSet): FileDescriptorSet {
  set.file = set.file.filter(({ name }) => !optionFiles.test(name))
  const strip = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(strip)
    if (Array.isArray(value) || typeof value !== 'object' || value === null || value instanceof Uint8Array) return
    const message = value as { $typeName?: string; $unknown?: unknown }
    if (message.$typeName?.endsWith('Options')) delete message.$unknown
    Object.values(value).forEach(strip)
  }
  for (const file of set.file) {
    strip(file)
    const kept = file.dependency.filter((name) => !optionFiles.test(name))
    file.service = []
    file.publicDependency = []
    file.weakDependency = []
    file.dependency = kept
  }
  return set
}

function run(args: readonly string[]): void {
  execFileSync(buf, args, {
    cwd: work,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, BUF_CACHE_DIR: path.join(work, 'cache') },
  })
}
