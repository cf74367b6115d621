// Everything a phone keeps is encrypted under one data key; the data key itself is kept only
// wrapped by a key made from the PIN (web facts §4). The open key lives in the worker's memory.
import { concat, own, utf8, type Bytes } from '../bytes'
import type { Context } from '../context'

/** OWASP's figure for PBKDF2-HMAC-SHA256. */
export const PIN_ITERATIONS = 600_000
/** Shortest PIN accepted. */
export const PIN_MIN_LENGTH = 6
const NONCE = 12

/** What lies on disk in the clear; useless without the PIN. */
export interface Vault { salt: Bytes; iterations: number; wrapped: Bytes }

async function wrappingKey(pin: string, salt: Bytes, iterations: number): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey('raw', utf8(pin.normalize('NFKC')), 'PBKDF2', false, ['deriveKey'])
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations },
    secret, { name: 'AES-KW', length: 256 }, false, ['wrapKey', 'unwrapKey'],
  )
}

async function wrap(data: CryptoKey, pin: string, context: Context): Promise<Vault> {
  const salt = context.random(16)
  const key = await wrappingKey(pin, salt, PIN_ITERATIONS)
  const wrapped = new Uint8Array(await crypto.subtle.wrapKey('raw', data, key, 'AES-KW'))
  return { salt, iterations: PIN_ITERATIONS, wrapped }
}

async function unwrap(vault: Vault, pin: string, extractable: boolean): Promise<CryptoKey | null> {
  const key = await wrappingKey(pin, vault.salt, vault.iterations)
  try {
    return await crypto.subtle.unwrapKey('raw', vault.wrapped, key, 'AES-KW', 'AES-GCM', extractable, ['encrypt', 'decrypt'])
  } catch {
    return null
  }
}

/** A new data key and its wrapping. */
export async function createVault(pin: string, context: Context): Promise<{ vault: Vault; key: CryptoKey }> {
  const data = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt'])
  const vault = await wrap(data, pin, context)
  const key = await unwrap(vault, pin, false)
  if (!key) throw new Error('a key just wrapped does not unwrap')
  return { vault, key }
}

/** The data key, not extractable; null when the PIN is wrong. */
export function openVault(vault: Vault, pin: string): Promise<CryptoKey | null> {
  return unwrap(vault, pin, false)
}

/** The same data key under another PIN; null when the old one is wrong. */
export async function rewrapVault(vault: Vault, old: string, pin: string, context: Context): Promise<Vault | null> {
  const data = await unwrap(vault, old, true)
  return data && wrap(data, pin, context)
}

/** Encrypts; `place` binds the text to where it lies, so that rows cannot be exchanged. */
export async function encrypt(key: CryptoKey, place: string, plain: Uint8Array, context: Context): Promise<Bytes> {
  const iv = context.random(NONCE)
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(place) }, key, own(plain))
  return concat([iv, new Uint8Array(sealed)])
}

/** Decrypts what `encrypt` made for the same place. */
export async function decrypt(key: CryptoKey, place: string, sealed: Bytes): Promise<Bytes> {
  const algorithm = { name: 'AES-GCM', iv: sealed.subarray(0, NONCE), additionalData: utf8(place) }
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, sealed.subarray(NONCE)))
}
