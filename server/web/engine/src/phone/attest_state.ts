// Whether a record's content now is what its parties signed: the twin of `sync/src/attestation/signing.rs`.
// Everything follows from the attestations and the digest of the content now, nothing from their arrival.
import type { AttestationView } from './api'
import { isHousehold } from './attest_rules'

/** One attestation that counts. `follows`: elements of those its author knew. */
export interface Counted { view: AttestationView; member: string | null; person: string | null; follows: ReadonlySet<string> }
/** Somebody whose agreement the form asks for. */
export interface Roles { name: string; roles: readonly string[] }
export type State = 'none' | 'partly' | 'signed' | 'objected' | 'changed'

const agrees = ({ view }: Counted): boolean => view.stance === 'agree' || view.stance === 'agree_with_remark'

/** By id where both have one of the same kind, else by name. */
function isSamePerson(one: Counted, other: Counted): boolean {
  if (isHousehold(one.view.role) && isHousehold(other.view.role) && one.member !== null && other.member !== null) return one.member === other.member
  if (one.person !== null && other.person !== null) return one.person === other.person
  return one.view.signerName.trim() === other.view.signerName.trim()
}

/** What a party attested, of one version or of any, the oldest first. */
function saidBy(all: readonly Counted[], party: Roles, digest: string | null): Counted[] {
  return all.filter(({ view }) => party.roles.includes(view.role) && (digest === null || view.digest === digest))
}

/** The last word of each person of a party. Two words of one person that did not know of each other both stand. */
function standing(all: readonly Counted[], party: Roles, digest: string): Counted[] {
  const said = saidBy(all, party, digest)
  return said.filter((one) => !said.some((other) => other.follows.has(one.view.element) && isSamePerson(one, other)))
}

/** Whether each list can give one attestation so that all are of different persons. */
function differentPersons(lists: readonly Counted[][], chosen: readonly Counted[] = []): boolean {
  const [first, ...rest] = lists
  return first === undefined || first.some((one) => chosen.every((other) => !isSamePerson(one, other)) && differentPersons(rest, [...chosen, one]))
}

/** The state of one version. `all`: the oldest first. */
export function stateOf(all: readonly Counted[], parties: readonly Roles[], digest: string): State {
  const said = parties.map((party) => standing(all, party, digest))
  if (said.some((of) => of.some((one) => !agrees(one)))) return 'objected'
  if (parties.length > 0 && said.every((of) => of.length > 0) && differentPersons(said)) return 'signed'
  if (said.some((of) => of.length > 0)) return 'partly'
  return parties.some((party) => saidBy(all, party, null).length > 0) ? 'changed' : 'none'
}

/** A party's newest attestation, of this version before others. */
export function newestOf(all: readonly Counted[], party: Roles, digest: string): { view: AttestationView; current: boolean } | null {
  const now = saidBy(all, party, digest).at(-1)
  const ever = now ?? saidBy(all, party, null).at(-1)
  return ever ? { view: ever.view, current: now !== undefined } : null
}

/** The newest other version that all parties signed, else the newest that any did. */
export function earlierOf(all: readonly Counted[], parties: readonly Roles[], digest: string): AttestationView | null {
  const seen = new Set([digest])
  let newest: AttestationView | null = null
  for (const { view } of [...all].reverse()) {
    if (seen.has(view.digest) || !parties.some((party) => party.roles.includes(view.role))) continue
    seen.add(view.digest)
    if (stateOf(all, parties, view.digest) === 'signed') return view
    newest ??= view
  }
  return newest
}
