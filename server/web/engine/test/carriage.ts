// A server's carriage key, and what it finds in an envelope.
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import { own, toBase64Url, utf8 } from '../src/bytes'
import type { Content, Envelope } from '../src/phone/envelope'
import { decode } from '../src/protocol/cbor'

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })

/** Keys of RFC 9180 §7.1.3 from a fixed beginning. */
export const keysOf = (beginning: Uint8Array): Promise<CryptoKeyPair> => suite.kem.deriveKeyPair(own(beginning))

const keys = await keysOf(new Uint8Array(32).fill(7))
export const CARRIAGE_KEY = toBase64Url(new Uint8Array(await suite.kem.serializePublicKey(keys.publicKey)))

/** What is in an envelope; null when it is not what was sealed for these keys. */
export async function opened(bytes: Uint8Array, { privateKey }: CryptoKeyPair = keys): Promise<Content | null> {
  try {
    const [id, enc, sealed] = decode(bytes) as Envelope
    const recipient = await suite.createRecipientContext({ recipientKey: privateKey, enc, info: utf8('bidao-carriage-v1') })
    return decode(new Uint8Array(await recipient.open(sealed, id))) as Content
  } catch {
    return null
  }
}
