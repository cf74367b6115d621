// What an attestation must say (domain §6.11). The form and the server's gate hold the same rules; here a
// person is told before anything is written, and which answer is meant.
import type { AttestRequest } from './api'
import { Failure } from './failure'

export const HOUSEHOLD_ROLES = ['household_head', 'adult_member_proxy'] as const
export const OFFICIAL_ROLES = ['village_or_group_cadre', 'resident_team', 'town', 'linked_leader', 'visitor'] as const
export const PROXY_REASONS = ['absent_for_work', 'illness', 'disability', 'other'] as const
const METHODS = ['finger_on_screen', 'thumbprint_on_paper_photo', 'paper_scan']
const AIDS = ['read_by_self', 'read_aloud_by_person', 'read_aloud_by_device']
const STANCES = ['agree', 'agree_with_remark', 'disagree', 'refuse_to_sign']

/** Largest file of strokes (domain §6.11). */
export const STROKES_BYTES = 20_000
/** Where a member may sign for the head. */
export const ADULT_YEARS = 18

/** A member of the household as a signer. `years` is null when no birth date is known. */
export interface Signer { member: string; name: string; isHead: boolean; years: number | null }

/** What the rules need to know besides what was asked. */
export interface Surroundings {
  /** Members of the household who are there; null when this phone does not have the household. */
  members: Signer[] | null
  /** Person who holds the phone: for the server as good as who wrote the record. */
  me: { id: string; name: string }
}

type Rule = [field: string, broken: boolean]

const isIn = (known: readonly string[], value: string | null): boolean => value !== null && known.includes(value)
const blank = (text: string | null): boolean => text === null || text.trim() === ''
export const isHousehold = (role: string): boolean => isIn(HOUSEHOLD_ROLES, role)

/** Throws `bad_attestation` with the name of the first field that breaks a rule. */
export function checkAttestation(request: AttestRequest, around: Surroundings): void {
  const rules = [...signerRules(request, around), ...stanceRules(request), ...methodRules(request), ...readingRules(request, around)]
  const broken = rules.find(([, wrong]) => wrong)
  if (broken) throw new Failure('bad_attestation', broken[0], broken[0])
}

function signerRules({ role, signerMember, signerName, signerPerson, proxyReason }: AttestRequest, { members, me }: Surroundings): Rule[] {
  const household = isHousehold(role)
  const signer = members?.find((one) => one.member === signerMember)
  return [
    ['role', !household && !isIn(OFFICIAL_ROLES, role)],
    ['signer_name', blank(signerName)],
    ['signer_member', household ? signerMember === null || (members !== null && !signer) : signerMember !== null],
    ['signer_name', household && signer !== undefined && signer.name !== signerName],
    // A cadre never signs for a household.
    ['signer_person', household && signerPerson !== null],
    ['signer_member', role === 'adult_member_proxy' && signerName === me.name],
    // Somebody of the team is known by more than a name.
    ['signer_person', role === 'resident_team' && signerPerson === null],
    ['role', signer !== undefined && household && signer.isHead !== (role === 'household_head')],
    ['signer_member', household && signer?.years != null && signer.years < ADULT_YEARS && !signer.isHead],
    ['proxy_reason', role === 'adult_member_proxy' ? !isIn(PROXY_REASONS, proxyReason) : proxyReason !== null],
  ]
}

function stanceRules({ stance, remark, method, strokes, paper }: AttestRequest): Rule[] {
  const refuses = stance === 'refuse_to_sign'
  const written = method !== null || strokes !== null || paper !== null
  return [
    ['stance', !isIn(STANCES, stance)],
    ['remark', blank(remark) && (stance === 'agree_with_remark' || stance === 'disagree' || (refuses && written))],
    ['method', !refuses && method === null],
  ]
}

function methodRules({ role, method, strokes, paper, literacyAid, witness }: AttestRequest): Rule[] {
  const finger = method === 'finger_on_screen'
  const thumb = method === 'thumbprint_on_paper_photo'
  return [
    ['method', method !== null && !isIn(METHODS, method)],
    ['strokes', finger ? strokes === null || !isDrawing(strokes) : strokes !== null],
    ['paper', thumb || method === 'paper_scan' ? paper === null : paper !== null],
    ['literacy_aid', literacyAid === null && (thumb || (finger && isHousehold(role)))],
    ['witness', thumb && blank(witness)],
  ]
}

function readingRules({ literacyAid, readBy, readByPerson, witness, signerName }: AttestRequest, { me }: Surroundings): Rule[] {
  const byPerson = literacyAid === 'read_aloud_by_person'
  const byAuthor = byPerson && readByPerson === me.id
  const named = (witness ?? '').trim()
  return [
    ['literacy_aid', literacyAid !== null && !isIn(AIDS, literacyAid)],
    ['read_by', byPerson ? blank(readBy) : readBy !== null || readByPerson !== null],
    ['witness', byAuthor && named === ''],
    // Who reads, holds the phone or signs is no witness of it.
    ['witness', named !== '' && (named === readBy || named === signerName || named === me.name)],
  ]
}

/** Points of a file of strokes; null when it is none (decision of `sync/PROTOCOL.md` §8). */
export function readStrokes(bytes: Uint8Array): { width: number; height: number; strokes: [number, number, number][][] } | null {
  if (bytes.length > STROKES_BYTES) return null
  try {
    const read = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as { v?: unknown; width?: unknown; height?: unknown; strokes?: unknown }
    const fine = read.v === 1 && isCount(read.width) && isCount(read.height) && Array.isArray(read.strokes) && read.strokes.every(isStroke)
    return fine ? (read as { width: number; height: number; strokes: [number, number, number][][] }) : null
  } catch {
    return null
  }
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0
const isStroke = (stroke: unknown): boolean => Array.isArray(stroke) && stroke.length > 0
  && stroke.every((point) => Array.isArray(point) && point.length === 3 && point.every((one) => Number.isSafeInteger(one)))

/** More than nothing and more than a single dot. */
function isDrawing(bytes: Uint8Array): boolean {
  const points = readStrokes(bytes)?.strokes.flat() ?? []
  return points.some(([x, y]) => x !== points[0]?.[0] || y !== points[0]?.[1])
}
