// The shapes of the API as the desk uses them. One door, so that where they are made can change.
// Written by hand until the generated ones are on main; names are those of `mobile-schema/src`.

export type Role =
  | 'district_leader' | 'dept_head' | 'team_member' | 'team_leader'
  | 'town_office' | 'alleviation_office' | 'org_department' | 'sys_admin'
export interface Person { id: string; name: string; roles: Role[]; areas: string[] }
export interface Session { access_token: string; expires_in: number; refresh_token: string; person: Person }
export interface Area { code: string; name: string; level: 'district' | 'township' | 'village'; parent: string | null }
export interface Problem {
  type: string; title: string; status: number; code: string
  detail?: string; field?: string; request_id: string
}

export interface Label { zh: string; en: string }
export interface Choice { code: string; label: Label }
export interface Field {
  name: string; type: string; label: Label; hint?: Label
  choices?: Choice[]; target?: string; fields?: Field[]; read_only?: boolean; merge?: string
  min?: number; max?: number; max_length?: number
}
export interface Section { name: string; title: Label; fields: Field[] }
export interface Form { name: string; version: number; title: Label; sections: Section[] }
export interface Reference { tag: string; me: Person; areas: Area[]; people: Person[]; forms: Form[] }
export interface Finding { path: string; code: string; severity: 'error' | 'warning'; message: Label }

export type Scalar = string | number | boolean | null
export type Answers = Record<string, unknown>
export type ReviewState = 'draft' | 'submitted' | 'returned' | 'approved' | 'changed'
export interface RecordSummary {
  id: string; kind: string; area: string; household: string | null; title: string
  author: string; author_name: string; review: ReviewState
  conflicts: number; findings: number; updated_at: number
}
export interface RecordPage { records: RecordSummary[]; next: string | null }
export interface RecordDetail {
  summary: RecordSummary; form: string; heads: string[]; answers: Answers
  findings: Finding[]; remark: string | null
}
export interface FieldChange {
  path: string; old: unknown; new: unknown; person_name: string; device: string
  made_at: number; received_at: number; change: string
}
export interface History { changes: FieldChange[] }

export interface ReviewRow { record: RecordSummary; changes: number; submitted_at: number }
export interface ReviewQueue { reviews: ReviewRow[] }
export interface FieldDifference { path: string; old: unknown; new: unknown }
export interface ReviewEvent { state: ReviewState; person_name: string; at: number; remark: string | null }
export interface Review {
  record: RecordSummary; state: ReviewState; heads: string[]
  differences: FieldDifference[]; timeline: ReviewEvent[]
}
export type Decision = 'approve' | 'return'
export interface DecideOne { id: string; record: string; decision: Decision; expected: string[]; remark: string | null }
export interface DecisionResult {
  id: string; status: 'done' | 'duplicate' | 'stale' | 'refused'; code: string | null; detail: string | null
}
export interface Decided { results: DecisionResult[] }

export interface ConflictValue {
  value: unknown; person_name: string; device: string; made_at: number; received_at: number; change: string
}
export interface Conflict {
  id: string; record: string; kind: string; title: string; area: string; path: string
  values: ConflictValue[]; ancestor: unknown; state: 'open' | 'resolved'; heads: string[]; opened_at: number
}
export interface ConflictList { conflicts: Conflict[] }
export interface Resolve { value: unknown; expected: string[]; reason: string }

export type DutyRule = 'r1' | 'r2' | 'r3'
export type DutyState = 'MET' | 'NOT_MET' | 'NOT_MET_WITH_REASON' | 'PENDING' | 'NOT_APPLICABLE'
export interface DutyRow {
  person: string; person_name: string; role: Role; rule: DutyRule; village: string
  done: number; needed: number; state: DutyState; leave_days: number; late: number
  joined_on: string | null; reason: string | null; last_sync_at: number | null; unsynced: number
}
export interface DutySettings {
  arrival_scope: 'per_village' | 'per_leader'; stay_day_means: 'lodged' | 'present'
  leave_prorates: boolean; report_covers: 'same_month' | 'previous_month'
}
export interface VillageWork {
  village: string; trips: number; visits: number; phone_visits: number
  households_visited: number; households: number
  opinion: number; policy: number; technology: number; mediation: number; civic: number
  difficulties_raised: number; difficulties_solved: number
}
export interface DutyReport {
  month: string; area: string; as_of: number; settings: DutySettings; rows: DutyRow[]; work: VillageWork[]
}
export interface DutyRecord {
  record: string; kind: string; occurred_on: string; village: string
  counted: boolean; received_at: number; late: boolean; visits: number
}
export interface DutyRecords { records: DutyRecord[] }

export interface Device {
  id: string; person: string; person_name: string; name: string; state: 'active' | 'revoked'
  app_version: string; enrolled_at: number; last_sync_at: number | null; unsynced: number; problems: number
}
export interface EnrolCode { code: string; person: string; expires_at: number }
export interface QuarantinedItem {
  id: string; device: string; person_name: string; record: string
  code: string; detail: string; received_at: number
}
