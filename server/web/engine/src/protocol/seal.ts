// The device's key: it seals batches (P5) and proves possession when a session is renewed.
import { concat, equal, own, sha256, toBase64Url, utf8, type Bytes } from '../bytes'
import type { Context } from '../context'
import { encodeManifest, type BatchManifest, type SealedBatch } from './message'

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGN = { name: 'ECDSA', hash: 'SHA-256' } as const
const PREFIX = utf8('bidao-batch-v1')

/** A key pair whose private half can never leave the browser. */
export function createDeviceKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(CURVE, false, ['sign', 'verify'])
}

/** The public half as the server keeps it: base64url of the 65-byte point. */
export async function publicKeyText(keys: CryptoKeyPair): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey)))
}

async function sign(keys: CryptoKeyPair, bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(SIGN, keys.privateKey, bytes))
}

/** Signs a batch; also answers the SHA-256 of its manifest, the `prev` of the next one. */
export async function seal(keys: CryptoKeyPair, manifest: BatchManifest, payload: Bytes[]): Promise<{ sealed: SealedBatch; digest: Bytes }> {
  const bytes = encodeManifest(manifest)
  const signature = await sign(keys, concat([PREFIX, bytes]))
  return { sealed: [bytes, signature, payload], digest: await sha256(bytes) }
}

/** Whether a public key (65 bytes) made this seal. */
export async function verifySeal(publicKey: Bytes, [manifest, signature]: SealedBatch): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', publicKey, CURVE, false, ['verify'])
  return crypto.subtle.verify(SIGN, key, own(signature), concat([PREFIX, manifest]))
}

const part = (value: object): string => toBase64Url(utf8(JSON.stringify(value)))

/** A DPoP proof (RFC 9449) for one request; `token` binds it to an access token. */
export async function proof(keys: CryptoKeyPair, method: string, url: string, context: Context, token?: string): Promise<string> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey)
  const head = part({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })
  const claims: { [name: string]: unknown } = {
    jti: toBase64Url(context.random(16)),
    htm: method,
    htu: url,
    iat: Math.floor(context.now() / 1000),
  }
  if (token !== undefined) claims['ath'] = toBase64Url(await sha256(utf8(token)))
  const signed = `${head}.${part(claims)}`
  return `${signed}.${toBase64Url(await sign(keys, utf8(signed)))}`
}

/** The chain value after an entry: first 8 bytes of SHA-256(previous ‖ digest of the entry) (P17). */
export async function nextChain(previous: Bytes, digest: Bytes): Promise<Bytes> {
  return (await sha256(concat([previous, digest]))).slice(0, 8)
}

/** Digest of a feed entry, as `sync/src/feed.rs` defines it. */
export async function entryDigest(seq: number, record: Bytes, what: string, parts: readonly Bytes[]): Promise<Bytes> {
  const number = new Uint8Array(8)
  new DataView(number.buffer).setBigUint64(0, BigInt(seq))
  return sha256(concat([utf8('bidao-feed-v1'), number, record, utf8(what), new Uint8Array(1), ...parts]))
}

/** Two chain values are the same place. */
export const sameChain = equal
