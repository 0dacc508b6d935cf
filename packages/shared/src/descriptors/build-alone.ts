import { create, createFileRegistry, type DescEnum, type DescFile, type DescMessage } from '@bufbuild/protobuf'
import { type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt'

/** Has the library build a file that declares `declared` alone, beside the types that are named in it. */
export function buildAlone(
  declared: Pick<FileDescriptorProto, 'messageType'> | Pick<FileDescriptorProto, 'enumType'>,
  typeName: string,
  named: readonly (DescMessage | DescEnum)[] = [],
): DescFile {
  // Of a type within another one the other one's name is the package: the name as a whole is what it has to be.
  const packageName = typeName.slice(0, Math.max(0, typeName.lastIndexOf('.')))
  const alone = { ...declared, name: typeName, package: packageName, syntax: 'proto3', dependency: [imported] }
  const others = {
    kind: 'file',
    proto: { name: imported },
    dependencies: [],
    messages: named.filter(({ kind }) => kind === 'message'),
    enums: named.filter(({ kind }) => kind === 'enum'),
    services: [],
    extensions: [],
  } as unknown as DescFile // as much of a file as the library looks for types in
  const built = createFileRegistry(create(FileDescriptorProtoSchema, alone), () => others).getFile(typeName)
  if (built === undefined) throw new Error(`${typeName} was not built`)
  return built
}

const imported = 'imported'
