// CBOR (RFC 8949) for the wire and for rows of the local store.
import { decode as read, encode as write } from 'cborg'
import { own, type Bytes } from '../bytes'

const inOrder = { ignoreUndefinedProperties: true, mapSorter: () => 0 }

/** Encodes plain values: shortest numbers, definite lengths, map keys in the order they were written. */
export function encode(value: unknown): Bytes {
  return own(write(value, inOrder))
}

/** Decodes exactly one value; whole numbers beyond 2^53 become bigint. Throws on anything malformed. */
export function decode(bytes: Uint8Array): unknown {
  return read(bytes, { allowBigInt: true, rejectDuplicateMapKeys: true })
}

/** A map in the order of its keys, as maps of names travel. */
export function sorted<T>(map: { [key: string]: T }): { [key: string]: T } {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)))
}
