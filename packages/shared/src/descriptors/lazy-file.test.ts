import { globSync } from 'node:fs'
import path from 'node:path'
import {
  type AnyDesc,
  create,
  type DescEnum,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescOneof,
  toBinary,
} from '@bufbuild/protobuf'
import { fileDesc as fileOfLibrary } from '@bufbuild/protobuf/codegenv2'
import { nestedTypes } from '@bufbuild/protobuf/reflect'
import { base64Encode } from '@bufbuild/protobuf/wire'
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import type { DeclaringFile } from './declaring-file.ts'
import { enumDesc, fileDesc, messageDesc } from './lazy-file.ts'

const files = await generatedFiles()
const built = new Map<DescFile, DescFile>()

test('every message and enumeration is described as the library describes it', () => {
  expect(files.length).toBeGreaterThan(150)
  for (const file of files) expect(listed(file)).toEqual(listed(byLibrary(file)))
})

test('what a field refers to is the descriptor that generated code names, and belongs to the message that has it', () => {
  const messages = files.flatMap((file) => [...nestedTypes(file)]).filter(({ kind }) => kind === 'message')
  const known = new Set<AnyDesc>(messages)

  for (const message of messages as DescMessage[]) {
    for (const field of message.fields) {
      expect(field.parent).toBe(message)
      if (field.message?.typeName.startsWith('envoy.') === true) expect(known.has(field.message)).toBe(true)
    }
    for (const each of message.oneofs) expect(each.parent).toBe(message)
  }
})

test('a message is built when somebody looks into it, and says what it lacks', () => {
  const proto = create(FileDescriptorProtoSchema, {
    name: 'test/lazy.proto',
    package: 'test',
    syntax: 'proto3',
    messageType: [
      { name: 'Broken', field: [{ name: 'absent', number: 1, type: 11, label: 1, typeName: '.test.Absent' }] },
    ],
  })
  const file = fileDesc(base64Encode(toBinary(FileDescriptorProtoSchema, proto)))

  const broken = messageDesc(file, 0)

  expect(broken.typeName).toBe('test.Broken')
  expect(() => broken.fields).toThrow('test/lazy: test.Absent is not declared in what it imports')
})

test('what is declared nowhere is no descriptor', () => {
  const file = fileDesc('')

  expect(() => messageDesc(file, 1000)).toThrow('nothing is declared at 1000')
  expect(() => enumDesc(file, 1000)).toThrow('nothing is declared at 1000')
})

async function generatedFiles(): Promise<DeclaringFile[]> {
  const found = globSync(path.join(import.meta.dirname, '../{xds,otlp}/generated/**/*_pb.js'))
  // One after another: the test runner evaluates a module twice that two imports ask for at once by different paths.
  const modules: Record<string, DeclaringFile>[] = []
  for (const each of found) modules.push(await import(each))
  return modules.map((each) => Object.values(each).find(({ kind }) => kind === 'file') as DeclaringFile) // each has one
}

/** The same file from the same bytes, all of it at once. */
function byLibrary(file: DescFile): DescFile {
  if (!('bytes' in file)) return file
  const known = built.get(file)
  if (known !== undefined) return known
  const made = fileOfLibrary(base64Encode(file.bytes as Uint8Array), file.dependencies.map(byLibrary))
  built.set(file, made)
  return made
}

function listed(file: DescFile): unknown[] {
  return [String(file), file.name, file.edition, file.proto.package, ...[...nestedTypes(file)].map(asValue)]
}

/** Whatever it refers to by name, so that it has an end. */
function asValue(type: AnyDesc): unknown {
  if (type.kind === 'enum') return enumAsValue(type)
  if (type.kind !== 'message') throw new Error(`a ${type.kind} is not expected`)
  return {
    text: String(type),
    typeName: type.typeName,
    deprecated: type.deprecated,
    parent: type.parent?.typeName,
    file: type.file.name,
    inside: [...type.nestedMessages, ...type.nestedEnums, ...type.nestedExtensions].map(String),
    fields: type.fields.map(fieldAsValue),
    byName: Object.keys(type.field),
    members: type.members.map(String),
    oneofs: type.oneofs.map(oneofAsValue),
  }
}

function enumAsValue(type: DescEnum): object {
  const { name, typeName, deprecated, open, sharedPrefix, proto } = type
  const places = { parent: type.parent?.typeName, file: type.file.name, byNumber: Object.keys(type.value) }
  const values = type.values.map((each) => ({
    ...each,
    text: String(each),
    toString: undefined,
    parent: String(each.parent),
  }))
  return { text: String(type), name, typeName, deprecated, open, sharedPrefix, proto, ...places, values }
}

function oneofAsValue(oneof: DescOneof): unknown {
  const { parent, fields } = oneof
  return { ...oneof, text: String(oneof), toString: undefined, parent: String(parent), fields: fields.map(String) }
}

function fieldAsValue(field: DescField): unknown {
  const { message, enum: enumeration, oneof, ...rest } = field
  return {
    ...rest,
    toString: undefined,
    text: String(field),
    parent: String(field.parent),
    message: message && String(message),
    enum: enumeration && String(enumeration),
    oneof: oneof && String(oneof),
    getDefaultValue: 'getDefaultValue' in field ? field.getDefaultValue?.() : undefined,
  }
}
