// Who signed what: the words of a record's attestations, and which of them stand for whom.
import { known, t } from '@ui/i18n'
import type { Attestation, PartyStatus, Signing, SigningState } from '../schema'

/** The repeat that holds attestations. */
export const ATTESTATIONS = 'attestations'

/** A code in the desk's words; a code newer than this desk shows itself. */
export function word(group: string, code: string): string {
  const key = `${group}.${code}`
  return known(key) ? t(key) : code
}

/** The badge of a stance: all four are legitimate ends, and words come before colour. */
const STANCE_TONE: Record<string, string> = {
  agree: 'badge-approved',
  agree_with_remark: 'badge-warn',
  disagree: 'badge-error',
  refuse_to_sign: 'badge-refused',
}
export const stanceTone = (stance: string): string => STANCE_TONE[stance] ?? ''

const STATE_TONE: Record<SigningState, string> = {
  none: 'badge-draft',
  partly: 'badge-pending',
  signed: 'badge-approved',
  objected: 'badge-error',
  changed: 'badge-warn',
}
export const stateTone = (state: SigningState): string => STATE_TONE[state]

/** One party of the form with the attestation that stands for it now. */
export interface Standing {
  party: PartyStatus
  attestation: Attestation | null
}

/** Parties in the form's order. */
export function standings(signing: Signing): Standing[] {
  const byId = new Map(signing.attestations.map((one) => [one.id, one]))
  return signing.parties.map((party) => ({ party, attestation: byId.get(party.attestation ?? '') ?? null }))
}

/** Attestations that stand for no party now: earlier ones, those in doubt, those of others; newest first. */
export function others(signing: Signing): Attestation[] {
  const standing = new Set(signing.parties.map((party) => party.attestation))
  return signing.attestations.filter((one) => !standing.has(one.id))
}

/** How it was signed, in the order people tell it: method, reading aloud, witness. */
export function circumstances(one: Attestation): string[] {
  const said: string[] = []
  if (one.method) said.push(word('method', one.method))
  if (one.literacy_aid === 'read_aloud_by_person') said.push(t('signing.read_by', { name: one.read_by ?? t('signing.somebody') }))
  else if (one.literacy_aid) said.push(word('aid', one.literacy_aid))
  if (one.witness) said.push(t('signing.witness', { name: one.witness }))
  return said
}

/** Whether there is anything to show: forms that ask nobody have no signatures. */
export function asksOrHas(signing: Signing): boolean {
  return signing.parties.length > 0 || signing.attestations.length > 0
}
