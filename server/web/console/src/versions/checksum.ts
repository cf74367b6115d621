// The desk computes the version itself: what the page shows is then what was hashed, whoever sent it. Of a version in which
// something is masked it has the text only once it was told; until then it says that the server computed.
import { agrees } from '../reveal/reveal'
import type { Version } from '../schema'

/** Who computed the digest of what is shown: this computer, the server alone; or it is another one's. */
export type Checked = 'here' | 'server' | 'wrong'

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

/** Holds a version against the digest that was asked for, and what it shows against the text that was hashed, if that is here. */
export async function check(version: Version, canonical: string | null, digest: string): Promise<Checked> {
  if (version.digest !== digest) return 'wrong'
  if (canonical === null) return 'server'
  const isIt = (await digestOf(canonical)) === digest && agrees(version.answers, contentOf(canonical))
  return isIt ? 'here' : 'wrong'
}
