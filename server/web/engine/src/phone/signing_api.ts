// Signatures of a record's versions, as the screens may ask for them. A part of `PhoneApi`.
import type { Value } from './api'

/** A record as it would be signed now. */
export interface SigningPreview {
  /** SHA-256 of the content (decision 3 of the protocol's §8): 64 hex digits. */
  digest: string
  /** Short code of the version, `7F3A-91`. */
  code: string
  /** Open "ask" conflicts: with one, nothing can be signed. */
  conflicts: number
  parties: Party[]
  /** Adult members, the head first. `relation`: code of the household form. */
  signers: { member: string; name: string; relation: string; isHead: boolean }[]
  /** The content in sentences, to be read aloud. */
  readAloud: string
}

/** One of those who must sign, and the latest that counts. */
export interface Party {
  name: string
  roles: string[]
  attestation: AttestationView | null
  /** It covers the record as it is now. */
  current: boolean
}

export interface AttestationView {
  element: string
  role: string
  signerName: string
  stance: string
  /** Null for a refusal. */
  method: string | null
  remark: string | null
  signedAt: number
  digest: string
  code: string
  current: boolean
}

/** One answer; several concurrent ones stand side by side. */
export type Held = Value | Value[]

export interface SigningView {
  state: 'none' | 'partly' | 'signed' | 'objected' | 'changed'
  code: string
  parties: Party[]
  all: AttestationView[]
  changedSince: { code: string; signedAt: number; material: boolean; differences: { path: string; old: Held; new: Held }[] } | null
}

export interface AttestRequest {
  role: string
  /** Element of the household's members; household roles only. */
  signerMember: string | null
  signerName: string
  /** Person id; official roles only. */
  signerPerson: string | null
  proxyReason: string | null
  method: string | null
  literacyAid: string | null
  readBy: string | null
  readByPerson: string | null
  witness: string | null
  stance: string
  remark: string | null
  /** JSON: `{"v":1,"width","height","strokes":[[[x,y,t],…],…]}`, at most 20 kB. */
  strokes: Uint8Array | null
  paper: { bytes: Uint8Array; width: number; height: number; mime: 'jpeg' | 'webp' } | null
  /** The digest that was on the screen. */
  digest: string
}

/** What the household keeps of a signed version: nothing sensitive (P3), no identity, bank or telephone number. */
export interface SlipView {
  code: string
  /** When it was signed last. */
  signedAt: number
  /** Title of the form. */
  form: { zh: string; en: string }
  /** Name of the household's head. */
  household: string
  place: string
  /** The content in short sentences, Chinese. */
  lines: string[]
  /** Everybody who signed this version, oldest first. */
  attestations: AttestationView[]
  /** It is the record as it is now. */
  current: boolean
}

export interface SigningApi {
  signingPreview(record: string): Promise<SigningPreview>
  /** Rejects: `moved_on` if the content differs from what was shown, `conflict`, `bad_attestation` (with the field). */
  attest(record: string, request: AttestRequest): Promise<AttestationView>
  signing(record: string): Promise<SigningView>
  /** What was chosen so far, before the signature: a phone may kill the browser while its camera is open. Null forgets it. */
  keepSigning(record: string, chosen: string | null): Promise<void>
  keptSigning(record: string): Promise<string | null>
  /** The slip of the version an attestation covers. */
  slip(record: string, element: string): Promise<SlipView>
}
