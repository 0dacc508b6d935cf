// The few files that `apps/proxy/bin/heddle-proxy.mjs` starts (docs/decisions/0012). What is done to them here changes what is
// held in memory, and nothing of what they do.

/** What stands in each of these files for the readers or writers of one message that it compiles. */
const asFunction = `
function whenUsed(compile) {
  let compiled
  return (a, b, c) => (compiled ??= compile())(a, b, c)
}`
const asReaders = `
function whenUsed(compile) {
  let compiled
  return {
    read: (a, b, c, d) => (compiled ??= compile()).read(a, b, c, d),
    readGroup: (a, b, c, d) => (compiled ??= compile()).readGroup(a, b, c, d),
  }
}`
const compiling = {
  'from-json.js': { helper: asFunction, places: 3 },
  'to-json.js': { helper: asFunction, places: 1 },
  'from-binary.js': { helper: asReaders, places: 2 },
  'to-binary.js': { helper: asFunction, places: 2 },
}

/**
 * With the first message that it reads, the library compiles a reader for each message that this one can hold, and that those
 * can hold: three hundred for a bootstrap that uses ninety. Here each is compiled with its own first use: 2 MiB.
 */
const compileWhenUsed = {
  name: 'compile-when-used',
  transform: {
    filter: { id: /@bufbuild\/protobuf\/dist\/esm\/(from|to)-(json|binary)\.js$/ },
    handler(code, id) {
      const { helper, places } = compiling[id.slice(id.lastIndexOf('/') + 1)]
      const parts = code.split(/= (compiled(?:Reader|Writer)\(field\.message\))/)
      const found = (parts.length - 1) / 2
      if (found !== places) throw new Error(`${id} compiles in ${found} places and not in ${places}: read it again`)
      return parts.map((part, index) => (index % 2 === 0 ? part : `= whenUsed(() => ${part})`)).join('') + helper
    },
  },
}

/**
 * An `import` of one of Node's modules reads all its exports, and some are loaded when they are read: with 'node:fs' comes
 * readline, with 'node:util' come workers. What is destructured is read alone: 0.5 MiB.
 */
const readWhatIsNamed = {
  name: 'read-what-is-named',
  renderChunk: (code) =>
    code.replace(/^import (?:(\w+)(?:, )?)?(\{.+\})? from "(node:[\w/]+)";$/gm, (_line, whole, named, module) => {
      const parts = named?.replaceAll(' as ', ': ')
      const read = `process.getBuiltinModule("${module}")`
      if (whole === undefined) return `const ${parts} = ${read};`
      return parts === undefined ? `const ${whole} = ${read};` : `const ${whole} = ${read}, ${parts} = ${whole};`
    }),
}

export default {
  input: ['dist/main.js', 'dist/supervise.js'],
  platform: 'node',
  external: ['koffi'],
  plugins: [compileWhenUsed, readWhatIsNamed],
  // Not minified: a stack trace keeps its names and lines.
  output: { dir: 'dist/bundle', cleanDir: true, format: 'esm', comments: false, charset: 'ascii' },
}
