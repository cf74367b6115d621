// Envelopes for unsent work that another phone carries (PROTOCOL §7.1): HPKE (RFC 9180) for the server's carriage key, so
// that whoever has the file sees sizes and a count. The twin of `sync/src/carriage.rs`.
import { own, sha256, utf8, type Bytes } from '../bytes'
import { decode, encode } from '../protocol/cbor'
import type { SealedBatch } from '../protocol/message'

/** What an envelope is for (`info` of HPKE). */
const INFO = utf8('bidao-carriage-v1')
/** Bytes of a file in one envelope (`PIECE_BYTES`). */
export const PIECE_BYTES = 64 * 1024
const KEY_ID_BYTES = 8
const ENC_BYTES = 65

export interface Piece { sha256: Bytes; total: number; offset: number; bytes: Bytes }
export type Content = { batch: SealedBatch } | { piece: Piece }
export type Envelope = [key: Bytes, enc: Bytes, sealed: Bytes]

/** By which a server finds the private key. */
export async function keyId(publicKey: Bytes): Promise<Bytes> {
  return (await sha256(publicKey)).slice(0, KEY_ID_BYTES)
}

/** Makes envelopes that only the holder of the private key opens. The library is loaded by whoever exports, nobody else. */
export async function sealer(publicKey: Bytes): Promise<(content: Content) => Promise<Bytes>> {
  const { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } = await import('@hpke/core')
  const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
  const recipientPublicKey = await suite.kem.deserializePublicKey(publicKey)
  const id = await keyId(publicKey)
  return async (content) => {
    const sender = await suite.createSenderContext({ recipientPublicKey, info: INFO })
    const sealed = new Uint8Array(await sender.seal(encode(content), id))
    return encode([id, new Uint8Array(sender.enc), sealed] satisfies Envelope)
  }
}

/** The pieces of a file. */
export async function piecesOf(bytes: Bytes): Promise<Content[]> {
  const name = await sha256(bytes)
  const pieces: Content[] = []
  for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) {
    pieces.push({ piece: { sha256: name, total: bytes.length, offset, bytes: own(bytes.slice(offset, offset + PIECE_BYTES)) } })
  }
  return pieces
}

/** Whether these bytes look like an envelope; what is in it nobody here can tell. */
export function isEnvelope(bytes: unknown): bytes is Bytes {
  if (!(bytes instanceof Uint8Array)) return false
  const is = (value: unknown, length?: number): boolean => value instanceof Uint8Array && (length === undefined || value.length === length)
  const parts = decode(bytes)
  return Array.isArray(parts) && parts.length === 3 && is(parts[0], KEY_ID_BYTES) && is(parts[1], ENC_BYTES) && is(parts[2])
}
