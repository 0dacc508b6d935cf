const asTheyAre = (bytes: Buffer) => bytes

/**
 * How a method of gRPC is described (grpc-js `MethodDefinition`) whose messages are passed on as bytes: encoding and
 * decoding are then done where it is known what a message means, and bytes that are none are refused there.
 */
export const rawBytes = {
  requestSerialize: asTheyAre,
  requestDeserialize: asTheyAre,
  responseSerialize: asTheyAre,
  responseDeserialize: asTheyAre,
} as const

/** One message there, one back. */
export const rawUnary = { requestStream: false, responseStream: false, ...rawBytes } as const
