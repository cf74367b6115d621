// What a record says on paper: whose word is there and whose is missing, the page of a card or a ledger,
// and no number of a document or an account (domain §12.3).
import { t } from '@ui/i18n'
import { label } from '../reference'
import type { Attestation, RecordDetail, Signing, SigningState } from '../schema'
import { standings } from '../signing/signing'

/** One party on paper: its word about exactly this content, or a line to sign on. */
export interface SigningParty {
  name: string
  label: string
  /** What it said of the content printed. */
  attestation: Attestation | null
  /** What it said of an earlier version, when it said nothing of this one. */
  earlier: Attestation | null
}

export function partiesOf(signing: Signing): SigningParty[] {
  return standings(signing).map(({ party, attestation }) => ({
    name: party.name,
    label: label(party.label),
    attestation: attestation?.current ? attestation : null,
    earlier: attestation && !attestation.current ? attestation : null,
  }))
}

/** The state in one sentence, always the first thing under the title. */
export function stateText(signing: Signing): string {
  const parties = partiesOf(signing)
  const missing = parties.filter((one) => one.attestation === null).map((one) => one.label).join(t('value.separator'))
  const values = { missing, n: parties.length, code: signing.code, earlier: signing.changed_since?.code ?? '' }
  // Every party has a word, yet it is not signed: two words of one person, or one that does not count.
  const isSmall = signing.state === 'changed' && signing.changed_since?.material === false
  const key = signing.state === 'partly' && missing === '' ? 'partly_all' : isSmall ? 'changed_little' : signing.state
  return t(`print.state.${parties.length === 0 ? 'nobody' : key}`, values)
}

export const LOUD: SigningState[] = ['none', 'partly', 'objected', 'changed']

/** Numbers of documents and cards that somebody wrote into a text. */
export { withoutNumbers } from '../versions/slip'

/** Photos that stay in the system. */
export const photoCount = (detail: RecordDetail): number =>
  Object.values(((detail.answers as Record<string, unknown>)['photos'] ?? {}) as Record<string, Record<string, unknown>>).filter((one) => !one['deleted_at']).length
