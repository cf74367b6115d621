// The browser's key and its proof of possession (DPoP, RFC 9449): a small ES256 JWT per request.

/** base64url without padding (RFC 4648 §5). */
export function base64url(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** A P-256 pair whose private half cannot leave the browser. */
export async function makeKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
}

/** The public half as the server takes it: base64url of the 65-byte uncompressed point. */
export async function publicKey(key: CryptoKeyPair): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.exportKey('raw', key.publicKey)))
}

/** 32 hex digits from the browser's generator: a request's own id. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** What a proof is for. */
export interface Claim {
  method: string
  /** Absolute, without query. */
  url: string
  /** Seconds since 1970. */
  at: number
}

/** The `DPoP` header of one request. */
export async function proof(key: CryptoKeyPair, claim: Claim): Promise<string> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', key.publicKey)
  const part = (value: unknown): string => base64url(new TextEncoder().encode(JSON.stringify(value)))
  const head = part({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })
  const body = part({ htm: claim.method, htu: claim.url, iat: claim.at, jti: randomId() })
  const signed = new TextEncoder().encode(`${head}.${body}`)
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.privateKey, signed)
  return `${head}.${body}.${base64url(new Uint8Array(signature))}`
}
