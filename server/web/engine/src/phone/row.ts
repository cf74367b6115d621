// The summary row of a record: what lists, cards and badges need, so that no list opens documents.
import { ATTESTATIONS } from '../document/content'
import { answersOf, concurrentAt, headsOf, type Document } from '../document/document'
import { onlyAddedSince } from '../document/history'
import { askPaths } from '../form'
import type { Form, ReviewState } from '../schema'
import type { Answers, DisputeStanding, Kind, RecordView, Value } from './api'
import { initialsOf } from './pinyin'

/** What the server last decided about a record. */
export interface Standing { review: ReviewState; remark: string | null; heads: string[] }

export interface Row {
  id: string
  kind: Kind
  form: string
  area: string
  household: string | null
  /** Own date of the record. */
  date: string | null
  mine: boolean
  /** Changed or submitted from this phone, whoever began it. */
  wrote: boolean
  createdAt: number
  savedAt: number
  heads: string[]
  server: Standing
  /** Decided and present heads between which nothing but signatures came: they leave a review as it is. */
  signedSince?: string
  /** How far a dispute is, once the server has it. */
  dispute?: DisputeStanding
  /** A command of this phone the server has not answered. */
  intent: 'submit' | 'withdraw' | null
  /** Paths with distinct concurrent values. */
  conflicts: string[]
  /** Of those, left to the leader. */
  left: string[]
  /** Grants under which the server gave it; none: only this phone has it. */
  grants: string[]
  /** Its grant ended; goes when nothing of it waits. */
  leaving: boolean
  /** The village its household moved to, which no grant of this phone covers. */
  movedTo?: string
  /** The few answers lists show. */
  facts: { [name: string]: Value }
}

/** Relation to the head: the head (GB/T 4761). */
const HEAD = '02'
/** The field that says a record's own date, whichever kind it is. */
const DATES = ['occurred_on', 'raised_on', 'agreed_on', 'issued_on', 'closed_on']
const DRAFT: Standing = { review: 'draft', remark: null, heads: [] }
const KEPT: { [kind in Kind]: string[] } = {
  household: ['address', 'phone', 'group_name', 'poverty_attribute', 'severity', 'status'],
  visit: ['next_visit_on', 'trip', 'visit_type', 'survey_outcome', 'met', 'visitors'],
  trip: ['person', 'lodged'],
  stay: ['person', 'lodged'],
  difficulty: ['category', 'state', 'due_on', 'description'],
  income: ['month'],
  measure: ['measure_type', 'is_primary', 'content', 'planned_for_year', 'outcome'],
  project: ['project_name', 'accepted_on'],
  agreement: ['industry', 'valid_to'],
  card: ['year'],
  ledger: ['year'],
  dispute: ['subject', 'statement'],
}

/** A row before anything is known. */
export function emptyRow(id: string, kind: Kind, form: string, area: string, now: number): Row {
  return {
    id, kind, form, area, household: null, date: null, mine: false, wrote: false, createdAt: now, savedAt: now, heads: [],
    server: DRAFT, intent: null, conflicts: [], left: [], grants: [], leaving: false, facts: {},
  }
}

/** The row after its document changed. */
export function refreshed(row: Row, document: Document, form: Form | undefined): Row {
  const answers = answersOf(document)
  const conflicts = form ? askPaths(form, answers).filter((path) => concurrentAt(document, path).length > 0) : row.conflicts
  const text = (name: string): string | null => (typeof answers[name] === 'string' ? answers[name] : null)
  return signed({
    ...row,
    household: row.kind === 'household' ? row.id : text('household'),
    date: DATES.map(text).find((one) => one !== null) ?? null,
    heads: headsOf(document),
    conflicts,
    left: row.left.filter((path) => conflicts.includes(path)),
    facts: factsOf(row.kind, answers),
  }, document)
}

const between = (row: Row): string => `${row.server.heads.join()} ${row.heads.join()}`

/** The row after the server's decision or its document changed: whether only signatures came since an approval. */
export function signed(row: Row, document: Document): Row {
  if (row.server.review !== 'approved' || row.server.heads.join() === row.heads.join()) return row
  return { ...row, signedSince: onlyAddedSince(document, row.server.heads, ATTESTATIONS) ? between(row) : undefined }
}

function factsOf(kind: Kind, answers: Answers): { [name: string]: Value } {
  const facts: { [name: string]: Value } = {}
  for (const name of KEPT[kind] ?? []) {
    const value = answers[name]
    if (value !== undefined && (typeof value !== 'object' || value === null)) facts[name] = value
  }
  if (kind !== 'household') return facts
  const here = membersOf(answers)
  const name = headName(answers, here)
  return { ...facts, name, initials: initialsOf(name), people: here.length }
}

/** Members who were not marked as gone, in the order of their ids. */
export function membersOf(answers: Answers): { id: string; answers: { [field: string]: Value } }[] {
  const members = answers['members']
  if (typeof members !== 'object' || members === null) return []
  return Object.entries(members)
    .filter(([, fields]) => !fields['deleted_at'] && !fields['left_on'])
    .map(([id, fields]) => ({ id, answers: fields }))
}

function headName(answers: Answers, members: { id: string; answers: { [field: string]: Value } }[]): string {
  const head = members.find((one) => one.id === answers['head_member_id'])
    ?? members.find((one) => one.answers['relation'] === HEAD)
    ?? members[0]
  return typeof head?.answers['name'] === 'string' ? head.answers['name'] : ''
}

/** What one person did: nobody else writes it. Everything of the household's file is everybody's of the village. */
const PERSONAL: readonly Kind[] = ['visit', 'trip', 'stay']

/** Why this phone's person may not edit it; null when he may. */
export function readOnlyOf(row: Row): RecordView['readOnly'] {
  if (row.leaving && row.movedTo !== undefined) return 'moved'
  if (row.dispute) return 'raised'
  if (!row.mine && PERSONAL.includes(row.kind)) return 'other_author'
  return row.leaving ? 'no_grant' : null
}

/** Whether this phone's person must go on with it when it is open: begun here, or worked on here and still editable. */
export function isOwnWork(row: Row): boolean {
  return row.mine || (row.wrote && readOnlyOf(row) === null)
}

/** The review state to show: what the person asked for counts before the server has answered. */
export function reviewOf(row: Row): ReviewState {
  if (row.intent === 'submit') return 'submitted'
  if (row.intent === 'withdraw') return 'draft'
  const { review, heads } = row.server
  return review === 'approved' && heads.length > 0 && heads.join() !== row.heads.join() && row.signedSince !== between(row) ? 'changed' : review
}
