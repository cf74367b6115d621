// What is chosen on the way to a signature, and what is still missing. The engine's rules decide in the
// end (`attest_rules.ts`); this asks for everything they need, in the order a person is asked.
import type { AttestRequest } from '@engine/phone/api'

export type Step = 'who' | 'how' | 'aloud' | 'stance' | 'pad' | 'paper' | 'done'
/** `refuse`: nobody signs, the refusal itself is what is kept. */
export type How = 'finger_on_screen' | 'thumbprint_on_paper_photo' | 'paper_scan' | 'refuse'
export const STANCES = ['agree', 'agree_with_remark', 'disagree', 'refuse_to_sign'] as const
export type Stance = (typeof STANCES)[number]

export interface Choice {
  role: string
  member: string | null
  name: string
  person: string | null
  proxyReason: string | null
  how: How | null
  aid: string | null
  readBy: string
  readByPerson: string | null
  witness: string
  stance: Stance | null
  remark: string
}

export const nothingChosen = (): Choice => ({
  role: '', member: null, name: '', person: null, proxyReason: null, how: null, aid: null, readBy: '', readByPerson: null, witness: '', stance: null, remark: '',
})

/** A visit says itself how the household confirmed; signing answers it, so that it is not asked twice. */
const CONFIRMATION: Record<How, string> = { finger_on_screen: 'signature', thumbprint_on_paper_photo: 'thumb_on_paper', paper_scan: 'signature', refuse: 'declined' }

const filled = (text: string): boolean => text.trim() !== ''
export const isHouseholdRole = (role: string): boolean => role === 'household_head' || role === 'adult_member_proxy'
export const isRefusal = (choice: Choice): boolean => choice.stance === 'refuse_to_sign'
export const needsRemark = (choice: Choice): boolean => choice.stance === 'agree_with_remark' || choice.stance === 'disagree'
/** The answer of a visit's `household_confirmation`. */
export const confirmationOf = (choice: Choice): string => CONFIRMATION[isRefusal(choice) ? 'refuse' : (choice.how ?? 'refuse')]

/** Who holds the phone. */
type Me = { id: string; name: string } | null

/** Who reads what they wrote themselves needs somebody beside them; a thumbprint always does. */
export function needsWitness(choice: Choice, me: Me): boolean {
  const byAuthor = choice.aid === 'read_aloud_by_person' && choice.readByPerson !== null && choice.readByPerson === me?.id
  return choice.how === 'thumbprint_on_paper_photo' || byAuthor
}

/** Who signs, reads or wrote it is no witness. */
export function witnessFits(choice: Choice, me: Me): boolean {
  const witness = choice.witness.trim()
  return witness !== '' && ![choice.readBy.trim(), choice.name.trim(), me?.name].includes(witness)
}

/** Whether a step has all its answers. */
export function isAnswered(step: Step, choice: Choice, me: Me): boolean {
  switch (step) {
    case 'who': return choice.role !== '' && filled(choice.name) && (choice.role !== 'adult_member_proxy' || choice.proxyReason !== null)
    case 'how': return choice.how !== null
    case 'aloud': return !isHouseholdRole(choice.role) || isRead(choice, me)
    case 'stance': return choice.stance !== null && (!needsRemark(choice) || filled(choice.remark))
    default: return true
  }
}

function isRead(choice: Choice, me: Me): boolean {
  if (choice.aid === null || (choice.aid === 'read_aloud_by_person' && !filled(choice.readBy))) return false
  return !needsWitness(choice, me) || witnessFits(choice, me)
}

/** The steps of this signature. A refusal needs neither reading nor a signature. */
export function stepsOf(choice: Choice): Step[] {
  const read: Step[] = choice.how === 'refuse' ? [] : ['aloud']
  const last: Step[] = choice.how === 'refuse' || isRefusal(choice) ? [] : [choice.how === null || choice.how === 'finger_on_screen' ? 'pad' : 'paper']
  return ['who', 'how', ...read, 'stance', ...last]
}

/** What the engine is asked; `digest` is of the version that was shown. */
export function requestOf(choice: Choice, signature: Pick<AttestRequest, 'strokes' | 'paper'>, digest: string, me: Me): AttestRequest {
  const refused = isRefusal(choice)
  const byPerson = !refused && choice.aid === 'read_aloud_by_person'
  const text = (value: string): string | null => value.trim() || null
  return {
    role: choice.role, signerMember: choice.member, signerName: choice.name.trim(), signerPerson: choice.person,
    proxyReason: choice.role === 'adult_member_proxy' ? choice.proxyReason : null,
    method: refused ? null : choice.how, literacyAid: refused || !isHouseholdRole(choice.role) ? null : choice.aid,
    readBy: byPerson ? text(choice.readBy) : null, readByPerson: byPerson ? choice.readByPerson : null,
    witness: refused || !needsWitness(choice, me) ? null : text(choice.witness), stance: choice.stance ?? '',
    remark: needsRemark(choice) || refused ? text(choice.remark) : null, ...signature, digest,
  }
}
