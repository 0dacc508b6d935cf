/** Values by key, by the namespace of who wrote them. */
export type MetadataView = Readonly<Record<string, unknown>> | undefined
