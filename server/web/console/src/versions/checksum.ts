// The desk computes the version itself: what the page shows is then what was hashed, whoever sent it.

/** SHA-256 of a text as UTF-8, 64 hex digits. */
export async function digestOf(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The answers inside a canonical content; none when it is not one. */
export function contentOf(canonical: string): unknown {
  try {
    return (JSON.parse(canonical) as { content?: unknown }).content
  } catch {
    return undefined
  }
}
