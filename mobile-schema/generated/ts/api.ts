// Made by `cargo run -p bidao-schema --bin gen` from the Rust types. Do not edit.
// The shapes that cross the wire as JSON, one for one with `mobile-schema/src/api`.
import type { Form, Label, Finding } from './form'

/** One area of the operator's own table. */
export interface Area {
  /** 12 digits; shorter levels are padded with zeros. */
  code: string
  /** Chinese name as loaded. */
  name: string
  /** Level of the area. */
  level: AreaLevel
  /** Code of the area above, none for a district. */
  parent: string | null
}

/** The level of an area, by how many digits of its 12-digit code are significant. */
export type AreaLevel =
  /** 6 significant digits (区). */
  | 'district'
  /** 9 significant digits (乡镇街道). */
  | 'township'
  /** 12 significant digits (村居). */
  | 'village'

/** `GET /api/v1/records/{id}/versions/{digest}`: exactly what was signed, for ever. */
export interface Version {
  /** The record as it is called now. */
  record: RecordSummary
  /** `name/version` of the form it was shown with. */
  form: string
  /** SHA-256 of `canonical`. */
  digest: string
  /** Its short code. */
  code: string
  /** The canonical content (RFC 8785), byte for byte what was hashed; none when something in it is masked, until it is revealed. */
  canonical: string | null
  /** The content as answers, to lay out like the form. */
  answers: unknown
  /** Attestations of this version, newest first. */
  attestations: Attestation[]
  /** One per attestation. */
  evidence: Evidence[]
  /** Whether it is the content now. */
  current: boolean
  /** Fields that differ from now. */
  differences: number
}

/** A row of a list. */
export interface RecordSummary {
  /** 32 hex digits. */
  id: string
  /** `household`, `visit`, `trip`, `stay`, `difficulty`, `dispute`. */
  kind: string
  /** 12-digit village code. */
  area: string
  /** The household it is about; its own id for a household. */
  household: string | null
  /** What a person would call it (head's name, or household's name and date). */
  title: string
  /** Who wrote its first change. */
  author: string
  /** That person's name. */
  author_name: string
  /** Review state. */
  review: ReviewState
  /** Open conflicts. */
  conflicts: number
  /** Findings that would block completion. */
  findings: number
  /** Open disputes of its household: while there are any its figures are marked as in dispute. */
  disputes: number
  /** When the server last stored something for it. */
  updated_at: number
}

/** How far the review of a record has come (domain §9.2, `reference/web-facts` flow B). */
export type ReviewState =
  /** Arrived but not submitted. */
  | 'draft'
  /** Waits for a leader. */
  | 'submitted'
  /** Sent back with a remark. */
  | 'returned'
  /** Approved at exactly `reviewed_heads`. */
  | 'approved'
  /** Approved once, changed since: waits again. */
  | 'changed'

/** One attestation. */
export interface Attestation {
  /** Element id. */
  id: string
  /** `household_head`, `adult_member_proxy`, `village_or_group_cadre`, `resident_team` … */
  role: string
  /** Name of the party it counts for; none for roles that are no party of the form. */
  party: string | null
  /** Who signed. */
  signer_name: string
  /** Why somebody else signed for the head. */
  proxy_reason: string | null
  /** `agree`, `agree_with_remark`, `disagree`, `refuse_to_sign`. */
  stance: string
  /** `finger_on_screen`, `thumbprint_on_paper_photo`, `paper_scan`; none for a refusal. */
  method: string | null
  /** `read_by_self`, `read_aloud_by_person`, `read_aloud_by_device`. */
  literacy_aid: string | null
  /** Who read it aloud. */
  read_by: string | null
  /** Who witnessed it. */
  witness: string | null
  /** In the signer's words. */
  remark: string | null
  /** File with the strokes. */
  strokes: string | null
  /** File with the photographed slip. */
  paper: string | null
  /** When, by the device's clock: a claim (P15). */
  signed_at: number
  /** When the server stored it. */
  received_at: number
  /** Who held the phone. */
  taken_by: string
  /** The version it covers. */
  digest: string
  /** Its short code. */
  code: string
  /** Heads it covers, hex, sorted. */
  covers: string[]
  /** Whether that version is the content now. */
  current: boolean
  /** Why it does not count. */
  doubt: AttestationDoubt | null
}

/** Why an attestation does not count for its party. */
export type AttestationDoubt =
  /** The signer is no member of the household (INV-11). */
  | 'not_a_member'
  /** The one who signed as head is another member (domain §7.5). */
  | 'not_the_head'
  /** The proxy is not of age (domain §6.11). */
  | 'not_an_adult'
  /** The signer for the household is a cadre or helper (domain §6.11). */
  | 'is_cadre'
  /** The signer does not hold that office there. */
  | 'not_in_office'
  /** The witness is the one who read aloud or wrote the record. */
  | 'no_witness'

/** The sealed batch that brought an attestation (P5). */
export interface Evidence {
  /** The attestation. */
  attestation: string
  /** Device that sealed it, 16 hex digits. */
  device: string
  /** What people call that device. */
  device_name: string
  /** Actor, 32 hex digits. */
  actor: string
  /** Number of the batch. */
  number: number
  /** SHA-256 of the signed manifest. */
  manifest: string
  /** The manifest names the attestation's change, and its signature verifies under the device's registered key. */
  verified: boolean
}

/** `GET /api/v1/versions?code=7F3A-91`. */
export interface VersionList {
  /** Within reach, newest first, at most 20. */
  versions: VersionMatch[]
}

/** A version found by its short code. */
export interface VersionMatch {
  /** The record. */
  record: RecordSummary
  /** The version. */
  digest: string
  /** Its short code. */
  code: string
  /** When it was signed last. */
  signed_at: number
  /** Whether it is the content now. */
  current: boolean
}

/** The answer to `POST /api/v1/carriages`: nothing of what was in the envelope. */
export interface Carriage {
  /** Whether it was news. */
  outcome: CarriageOutcome
}

/** Either way the server has it. */
export type CarriageOutcome =
  /** It was not there before. */
  | 'taken'
  /** It was there already: by its author, by another carrier, or by this one. */
  | 'present'

/** `GET /api/v1/conflicts`. */
export interface ConflictList {
  /** Oldest first; at most 200. */
  conflicts: Conflict[]
  /** How many there are, listed or not. */
  total: number
}

/** A conflict. */
export interface Conflict {
  /** 32 hex digits. */
  id: string
  /** The record. */
  record: string
  /** Its kind. */
  kind: string
  /** What a person would call the record. */
  title: string
  /** Village. */
  area: string
  /** Field path. */
  path: string
  /** The values, never hidden. */
  values: ConflictValue[]
  /** The value before they parted, if any. */
  ancestor: unknown
  /** State. */
  state: ConflictState
  /** The record's heads now: give them back as `expected`. */
  heads: string[]
  /** When it was found. */
  opened_at: number
}

/** One of the values that disagree. */
export interface ConflictValue {
  /** The value. */
  value: unknown
  /** Who wrote it. */
  person_name: string
  /** On which device, 16 hex digits. */
  device: string
  /** When, by the device's clock. */
  made_at: number
  /** When the server stored it. */
  received_at: number
  /** Hash of the change that wrote it. */
  change: string
}

/** State of a conflict. */
export type ConflictState =
  /** Nobody has settled it. */
  | 'open'
  /** Settled by a later value. */
  | 'resolved'

/** `POST /api/v1/conflicts/{id}/resolve`. */
export interface Resolve {
  /** The change whose value is kept, one of those shown: a value that is masked is named, not repeated. */
  keep: string | null
  /** Another value, or one of those shown; only without `keep`. */
  value: unknown
  /** Heads that were shown; if the record moved on the answer is `stale`. */
  expected: string[]
  /** Why, for the history. */
  reason: string
}

/** `POST /api/v1/enrol-codes`: a leader asks for a one-time code for a person. */
export interface EnrolCodeRequest {
  /** The person who will enrol, 32 hex digits. */
  person: string
}

/** A one-time code, shown once. */
export interface EnrolCode {
  /** 8 characters without look-alikes. */
  code: string
  /** The person it is for. */
  person: string
  /** When it ends (24 h). */
  expires_at: number
}

/** `POST /api/v1/devices`: a phone enrols with its code and the account's password. */
export interface Enrol {
  /** The one-time code; case and spaces do not matter. */
  code: string
  /** Account name of the person the code is for. */
  account: string
  /** Password of the account. */
  password: string
  /** P-256 public key: base64url of the 65-byte uncompressed point. */
  key: string
  /** What the phone calls itself. */
  name: string
  /** Version of the app. */
  app_version: string
}

/** What enrolment answers. */
export interface Enrolled {
  /** 16 hex digits: the first half of every actor id of this phone. */
  device: string
  /** The first session. */
  session: Session
}

/** What a login, an enrolment or a refresh answers. */
export interface Session {
  /** JWT (ES256) for `Authorization: Bearer`. */
  access_token: string
  /** Seconds until the access token ends (at most 900). */
  expires_in: number
  /** Opaque; replaced at every refresh. */
  refresh_token: string
  /** Who is logged in. */
  person: Person
}

/** A person as others may see them. */
export interface Person {
  /** 32 hex digits. */
  id: string
  /** Name as written. */
  name: string
  /** The roles held now. */
  roles: Role[]
  /** The areas those roles cover (any level). */
  areas: string[]
}

/** A role key of domain §3.1 that the present features use. */
export type Role =
  /** 区级联系领导: at least one arrival a month in each linked village (R1). */
  | 'district_leader'
  /** 部门处级帮扶领导: at least two arrivals a month in the helped village (R2). */
  | 'dept_head'
  /** 驻村工作队员: at least fifteen nights a month in the village (R3). */
  | 'team_member'
  /** 驻村工作队队长: a team member who reviews. */
  | 'team_leader'
  /** 乡镇街道: sees its township at the desk. */
  | 'town_office'
  /** 区扶贫办: sees the whole district. */
  | 'alleviation_office'
  /** 区委组织部: duty records only, no household data. */
  | 'org_department'
  /** 系统管理员: accounts and devices, no business data. */
  | 'sys_admin'

/** A device as the desk shows it. */
export interface Device {
  /** 16 hex digits. */
  id: string
  /** Whose phone it is. */
  person: string
  /** That person's name. */
  person_name: string
  /** What the phone calls itself. */
  name: string
  /** State. */
  state: DeviceState
  /** Version of the app at its last contact. */
  app_version: string
  /** When it enrolled. */
  enrolled_at: number
  /** Its last sync, if any. */
  last_sync_at: number | null
  /** Records it said it had not sent yet, at its last sync. */
  unsynced: number
  /** Items held, refused or quarantined that nobody settled. */
  problems: number
}

/** State of a device (domain §9.7). */
export type DeviceState =
  /** In use. */
  | 'active'
  /** Withdrawn; later work is quarantined. */
  | 'revoked'

/** An item the server did not store, kept with its bytes. */
export interface QuarantinedItem {
  /** 32 hex digits. */
  id: string
  /** The device that wrote it. */
  device: string
  /** Its owner's name. */
  person_name: string
  /** The record it is about. */
  record: string
  /** `edit` or the name of a command. */
  what: string
  /** Why it is kept apart. */
  kept_as: KeptAs
  /** Stable code of why; `held` for what waits. */
  code: string
  /** The same in words. */
  detail: string
  /** When it arrived, milliseconds since 1970. */
  received_at: number
}

/** Why an item is kept apart. */
export type KeptAs =
  /** Waits for changes that another item brings; nothing to decide. */
  | 'held'
  /** Sound, but its author or phone had no right any more: a leader decides. */
  | 'quarantined'
  /** Breaks a rule of the protocol; it can be looked at and put aside, never stored. */
  | 'refused'

/** An item with what it would change, for who reviews its village. */
export interface QuarantinedDetail {
  /** The item. */
  item: QuarantinedItem
  /** `name/version` of the form it was written with; empty for a command. */
  form: string
  /** Village code. */
  area: string
  /** When it was written last, by the phone's clock: a claim. */
  written_at: number | null
  /** When the phone was taken out of use. */
  revoked_at: number | null
  /** What it would change in the record as it is now; empty when that cannot be said. */
  differences: FieldDifference[]
  /** The content as it would be; null when that cannot be said. */
  answers: unknown
  /** Stable code of what keeps it from being released now; nothing when a leader may. */
  obstacle: string | null
  /** The same in words. */
  obstacle_detail: string | null
}

/** One field, before and after. */
export interface FieldDifference {
  /** Field path. */
  path: string
  /** In the last reviewed version; null when there was none. */
  old: unknown
  /** Now. */
  new: unknown
}

/** A leader's decision about an item. */
export interface SettleQuarantined {
  /** Why; 1 to 500 characters. */
  reason: string
}

/** `GET /api/v1/dossiers?area=&month=&complete=&after=`: report P6 with its households. */
export interface DossierList {
  /** Code of the area. */
  area: string
  /** The month of D5, and with its year that of D1 and D3, `YYYY-MM`. */
  month: string
  /** When this was counted. */
  as_of: number
  /** One row a village, then one a township, then the whole area last; by code within each. */
  rows: DossierRow[]
  /** Households, by village and title; at most 200, those after `after` with as many complete documents as asked. */
  households: Dossier[]
  /** Give back as `?after=` for the next ones. */
  next: string | null
  /** E6: households in the system and outside it = dossiers, of which there is one a register. `E6b`: documents ≤ 5 × dossiers; it holds while its parts are no more than its whole. */
  identities: Identity[]
}

/** The files of an area. */
export interface DossierRow {
  /** Code of the area. */
  area: string
  /** Its name. */
  name: string
  /** Households with a register, each family once. */
  households: number
  /** Households by how many documents are complete, from none to all five. */
  by_complete: number[]
  /** Complete documents whose content now is not signed by everybody. */
  unsigned: number
  /** Values nobody settled, in any of the documents. */
  conflicts: number
}

/** The file of one household. */
export interface Dossier {
  /** Record id of the household. */
  household: string
  /** What a person would call it. */
  title: string
  /** Village code. */
  village: string
  /** Name of the villagers' group. */
  group_name: string
  /** The five, in the order D4, D5, D1, D2, D3. */
  documents: DossierDocument[]
  /** How many of them are complete: n of 5. */
  complete: number
}

/** A document of a household. */
export interface DossierDocument {
  /** Which. */
  kind: DocumentKind
  /** How far. */
  state: DocumentState
  /** Its record; none while missing. */
  record: string | null
  /** Whether its content now is signed. */
  signing: SigningState
  /** Findings that block it. */
  findings: number
  /** Values nobody settled. */
  conflicts: number
}

/** One of the five documents. */
export type DocumentKind =
  /** D4 基本情况登记表: the household's own record. */
  | 'registration'
  /** D5 月收入动态核算表 of the month asked about: an `income` record. */
  | 'income'
  /** D1 脱贫台账 of the year: a `ledger` record. */
  | 'ledger'
  /** D2 产业帮扶协议书 in force: an `agreement` record. */
  | 'agreement'
  /** D3 明白卡 of the year: a `card` record. */
  | 'card'

/** How far a document is. */
export type DocumentState =
  /** There is none. */
  | 'missing'
  /** It has something blocking or a value nobody settled. */
  | 'unfinished'
  /** It says everything it must. */
  | 'complete'

/** Whether a record's content now is what its parties signed. */
export type SigningState =
  /** Nobody signed any version. */
  | 'none'
  /** Some parties agreed to exactly this content, others are missing. */
  | 'partly'
  /** Every party agreed to exactly this content. */
  | 'signed'
  /** A party disagreed with exactly this content, or refused to sign it: a legitimate end. */
  | 'objected'
  /** Only earlier versions were signed. */
  | 'changed'

/** An identity and whether it holds. Both sides are shown, so that a failure explains itself. */
export interface Identity {
  /** Id of domain §10.2, e.g. `E1`. */
  id: string
  /** Code of the area it was checked for. */
  area: string
  /** The sum of the parts. */
  parts: number
  /** What they should add up to. */
  whole: number
  /** Whether they do. */
  holds: boolean
}

/** `GET /api/v1/disputes?state=&area=&overdue=&household=`. */
export interface DisputeList {
  /** Open ones first, those due first at the top; at most 500. */
  disputes: DisputeRow[]
  /** How many of the reader's are open, whatever is listed. */
  open: number
  /** How many of those are overdue. */
  overdue: number
}

/** A row of the list. */
export interface DisputeRow {
  /** Record id. */
  id: string
  /** Counts the steps: give it back as `expected`. */
  version: number
  /** Record id of the household. */
  household: string
  /** What a person would call the household. */
  household_title: string
  /** Village code. */
  village: string
  /** Code of the subject. */
  subject: string
  /** In the household's words. */
  statement: string
  /** The day it was raised, by the record. */
  raised_on: string
  /** When the server got it: deadlines count from that day. */
  raised_at: number
  /** Who took it down. */
  author: Named
  /** How far it is. */
  state: DisputeState
  /** Last day for the next step; none once something was found. */
  due_on: string | null
  /** Whether that day has passed. */
  overdue: boolean
  /** Who handles it. */
  handler: Named | null
  /** The day the household was told. */
  told_on: string | null
  /** What it said of the finding. */
  satisfied: Satisfied | null
}

/** A person's name. */
export interface Named {
  /** Person id. */
  id: string
  /** Name as written. */
  name: string
}

/** How far a dispute is. Open until closed. */
export type DisputeState =
  /** 已提出: to be acknowledged within two working days. */
  | 'raised'
  /** 已受理: waits for a handler. */
  | 'acknowledged'
  /** 调查中: has a handler. */
  | 'investigating'
  /** 异议成立. */
  | 'upheld'
  /** 部分成立. */
  | 'partly'
  /** 不成立. */
  | 'rejected'
  /** 已撤回: the household no longer objects. */
  | 'withdrawn'
  /** 已告知: the household knows the finding. */
  | 'told'
  /** 已办结. */
  | 'closed'

/** What the household says of the finding. */
export type Satisfied =
  /** 满意. */
  | 'yes'
  /** 不满意: it may go on to the township or the hotline. */
  | 'no'
  /** 未联系上: told in writing, nobody could be asked. */
  | 'not_reached'

/** `GET /api/v1/disputes/{id}`. */
export interface DisputeDetail {
  /** Its row. */
  dispute: DisputeRow
  /** Code of who raised it. */
  raised_by: string
  /** Code of the way it came. */
  channel: string
  /** What the household says it should be, in fen. */
  claimed_fen: number | null
  /** What it is about. */
  document: DisputedRecord | null
  /** Who stands by the household now. */
  helpers: Named[]
  /** Whether the record was edited after it was raised; what is shown here is what was raised. */
  edited_since: boolean
  /** What was found. */
  finding: string | null
  /** Record that was corrected. */
  resulting: string | null
  /** SHA-256 of its corrected version. */
  resulting_digest: string | null
  /** What happened, oldest first. */
  events: DisputeEvent[]
  /** Steps the reader may take now. */
  steps: Step[]
  /** Who could handle it; empty unless the reader may assign now. */
  candidates: Candidate[]
}

/** The record a dispute is about. */
export interface DisputedRecord {
  /** Record id. */
  id: string
  /** Its kind; none when the reader may not see it, or nobody has sent it yet. */
  kind: string | null
  /** What a person would call it. */
  title: string
  /** SHA-256 of the version that was shown; may be none. */
  digest: string | null
  /** The lines disputed. */
  line_ids: string[]
  /** Who wrote its content. */
  authors: Named[]
}

/** One step taken. */
export interface DisputeEvent {
  /** The step; none for raising. */
  step: Step | null
  /** The state it led to. */
  state: DisputeState
  /** Who took it. */
  person_name: string
  /** When. */
  at: number
  /** Finding, or name of the handler. */
  text: string | null
}

/** What leads from one state to another. */
export type Step =
  /** 受理. */
  | 'acknowledge'
  /** 指定经办人: needs `handler`. May be done again while it is investigated. */
  | 'assign'
  /** 认定成立: needs `finding`. */
  | 'uphold'
  /** 认定部分成立: needs `finding`. */
  | 'uphold_partly'
  /** 认定不成立: needs `finding`. */
  | 'reject'
  /** 农户撤回: needs `finding`, the household's reason. */
  | 'withdraw'
  /** 告知农户: needs `told_on` and `satisfied`. May be done again until it is closed. */
  | 'tell'
  /** 办结. */
  | 'close'

/** Somebody who could be asked to handle it. */
export interface Candidate {
  /** Person id. */
  id: string
  /** Name as written. */
  name: string
  /** Why not; none for those who may. */
  bar: HandlerBar | null
}

/** Why a person may not handle a dispute; the word of the problem that says so. */
export type HandlerBar =
  /** Stands by the household as a helper. */
  | 'handler_is_helper'
  /** Wrote some of the disputed record's content. */
  | 'handler_is_author'
  /** Took the dispute down, or wrote in it. */
  | 'handler_took_it_down'
  /** May not read the records of the village. */
  | 'handler_out_of_reach'

/** `POST /api/v1/disputes/{id}/step`. */
export interface DisputeStep {
  /** `version` as it was shown. */
  expected: number
  /** What to do. */
  step: Step
  /** Person id. */
  handler: string | null
  /** 1 to 2,000 characters. */
  finding: string | null
  /** Record that was corrected; the version it has now is noted. */
  resulting: string | null
  /** Day the household was told, not after today. */
  told_on: string | null
  /** What it said. */
  satisfied: Satisfied | null
}

/** `GET /api/v1/duplicates`: pairs in the areas one reviews. */
export interface DuplicateList {
  /** Nobody has settled these yet. */
  open: DuplicatePair[]
  /** Somebody has; newest first. */
  settled: DuplicatePair[]
}

/** Two records that may be one family. */
export interface DuplicatePair {
  /** The record of the lesser id. */
  one: RecordSummary
  /** The other one. */
  other: RecordSummary
  /** Why; may be empty for a settled pair whose records were corrected since. */
  likeness: Likeness[]
  /** What was said, if anything. */
  verdict: Verdict | null
  /** Record that is kept, when they are the same. */
  kept: string | null
  /** Who said so. */
  settled_by: string | null
  /** When. */
  settled_at: number | null
}

/** Why two records may be one family. */
export type Likeness =
  /** A member of each has the same ID number. */
  | 'id_number'
  /** Heads of like-sounding names in the same villagers' group, with a member of like-sounding name and the same birth date. */
  | 'head_and_member'
  /** At least two members of like-sounding names and the same birth dates. */
  | 'members'

/** What a leader said of a pair. */
export type Verdict =
  /** One family: the record that is not kept is an alias of the other. What is written about either counts. */
  | 'same'
  /** Two families; never asked about again. */
  | 'distinct'

/** `POST /api/v1/duplicates`: settles a pair, or settles it anew. */
export interface SettleDuplicate {
  /** One record id. */
  one: string
  /** The other. */
  other: string
  /** What they are. */
  verdict: Verdict
  /** Which of the two is kept; given with `same` only. */
  kept: string | null
  /** What had been said of the pair as the asker saw it; none of a pair that was open. If something else has been said since, the answer is `stale`. */
  expected: SaidBefore | null
}

/** The verdict that an asker saw: fields of `DuplicatePair` as they were shown. */
export interface SaidBefore {
  /** What was said. */
  verdict: Verdict
  /** Record that was kept. */
  kept: string | null
  /** When. */
  settled_at: number
}

/** `GET /api/v1/duties?month=&area=`. */
export interface DutyReport {
  /** The month evaluated. */
  month: string
  /** The area asked for. */
  area: string
  /** When this was computed. */
  as_of: number
  /** The settings used. */
  settings: DutySettings
  /** One row per person, village and rule; ordered by village, then rule, then name. */
  rows: DutyRow[]
  /** R4 and visit counts per village. */
  work: VillageWork[]
}

/** Settings of domain §18 Q1–Q4. */
export interface DutySettings {
  /** Q1: R1 per linked village (default) or per leader. */
  arrival_scope: ArrivalScope
  /** Q2: nights lodged (default) or days present. */
  stay_day_means: StayDayMeans
  /** Q3: leave lowers the threshold; default false. */
  leave_prorates: boolean
  /** Q4: the report made in a month covers that month (default) or the one before. */
  report_covers: ReportCovers
}

/** Q1. */
export type ArrivalScope =
  /** Each linked village needs its arrivals. */
  | 'per_village'
  /** One sum over all linked villages. */
  | 'per_leader'

/** Q2. */
export type StayDayMeans =
  /** Nights lodged in the village. */
  | 'lodged'
  /** Dates present in the village. */
  | 'present'

/** Q4. */
export type ReportCovers =
  /** The month it is made in. */
  | 'same_month'
  /** The month before. */
  | 'previous_month'

/** One duty of one person in one village. */
export interface DutyRow {
  /** Person, 32 hex digits. */
  person: string
  /** Name. */
  person_name: string
  /** The role that carries the duty. */
  role: Role
  /** Rule. */
  rule: DutyRule
  /** Village; `all` under `arrival_scope = per_leader`. */
  village: string
  /** Distinct dates (R1, R2) or nights (R3) counted. */
  done: number
  /** Threshold. */
  needed: number
  /** State. */
  state: DutyState
  /** Leave days in the month, shown beside the number. */
  leave_days: number
  /** Of `done`, how many arrived later than 7 days after their date. */
  late: number
  /** Date the person began this duty, when it lies inside the month. */
  joined_on: string | null
  /** Codes of what is on file, separated by spaces: kinds of leave (domain §6.9), `joined`, `left`. */
  reason: string | null
  /** Last sync of the person's phones; none when no phone ever synced. */
  last_sync_at: number | null
  /** Unsent records the phones reported. */
  unsynced: number
}

/** A rule of domain §4. */
export type DutyRule =
  /** Leader linked to the village: arrivals a month. */
  | 'r1'
  /** Department head: arrivals a month. */
  | 'r2'
  /** Team member: nights (or days) a month. */
  | 'r3'

/** State of a duty (domain §4.1). */
export type DutyState =
  /** The number is reached. */
  | 'MET'
  /** Not reached, month over, nothing outstanding. */
  | 'NOT_MET'
  /** Not reached, but leave, a late start or another reason is on file. */
  | 'NOT_MET_WITH_REASON'
  /** The month is not over, or a phone says it has unsent work. */
  | 'PENDING'
  /** The person had no such duty in the month. */
  | 'NOT_APPLICABLE'

/** R4: plain counts of the five kinds of work (domain §3.3), and visits. */
export interface VillageWork {
  /** Village. */
  village: string
  /** Arrivals: distinct person and date. */
  trips: number
  /** Household visits in person. */
  visits: number
  /** Conversations by phone, which count for no rule. */
  phone_visits: number
  /** Households seen at least once. */
  households_visited: number
  /** Households in the village. */
  households: number
  /** 社情民意收集. */
  opinion: number
  /** 扶贫政策宣讲. */
  policy: number
  /** 科技推广指导. */
  technology: number
  /** 矛盾纠纷调解. */
  mediation: number
  /** 文明新风倡导. */
  civic: number
  /** Difficulties raised in the month. */
  difficulties_raised: number
  /** Difficulties solved in the month and confirmed by the household. */
  difficulties_solved: number
}

/** `GET /api/v1/duties/records?month=&person=&village=&rule=`: the records behind one figure. */
export interface DutyRecords {
  /** Oldest first. */
  records: DutyRecord[]
}

/** One trip or stay behind a figure. */
export interface DutyRecord {
  /** The record. */
  record: string
  /** `trip` or `stay`. */
  kind: string
  /** Its date. */
  occurred_on: string
  /** Village. */
  village: string
  /** Whether this record adds to the figure (a second one of the same date does not). */
  counted: boolean
  /** When the server first stored it. */
  received_at: number
  /** Stored more than 7 days after its date. */
  late: boolean
  /** Household visits made on that trip. */
  visits: number
}

/** An RFC 9457 problem document. */
export interface Problem {
  /** `urn:bidao:problem:<code>`. */
  type: string
  /** Short sentence. */
  title: string
  /** HTTP status. */
  status: number
  /** Stable code. */
  code: ProblemCode
  /** What happened this time. */
  detail?: string | null
  /** The offending field or item. */
  field?: string | null
  /** To quote when asking for help. */
  request_id: string
}

/** Why a request was not answered as asked. */
export type ProblemCode =
  /** The body or a parameter is malformed; `field` names it. */
  | 'invalid'
  /** Account or password wrong, or the account does not exist. */
  | 'bad_credentials'
  /** Too many failures; wait. */
  | 'locked_out'
  /** This address, account or phone asked too fast: `Retry-After` says how many seconds to wait. */
  | 'rate_limited'
  /** No or an unreadable access token. */
  | 'unauthenticated'
  /** The access token has ended: refresh. */
  | 'token_expired'
  /** The refresh token was used before: the family is revoked, log in again. */
  | 'token_reused'
  /** The proof of possession is missing or wrong. */
  | 'bad_proof'
  /** The enrolment code is wrong, used or ended. */
  | 'bad_enrol_code'
  /** The device has been revoked. */
  | 'device_revoked'
  /** The role or area does not allow it. */
  | 'forbidden'
  /** No such thing, or not for this person. */
  | 'not_found'
  /** No such method here. */
  | 'method_not_allowed'
  /** The record moved on since it was shown. */
  | 'stale'
  /** The step does not lead on from the state the dispute is in. */
  | 'step_not_possible'
  /** Nobody decides about a dispute of a household they stand by as a helper. */
  | 'handler_is_helper'
  /** Nobody decides about a dispute of content they wrote. */
  | 'handler_is_author'
  /** Nobody decides about a dispute they took down. */
  | 'handler_took_it_down'
  /** A handler must be able to read the records of the village. */
  | 'handler_out_of_reach'
  /** Heads the server does not know. */
  | 'unknown_heads'
  /** The body is too large, on the wire or inflated. */
  | 'too_large'
  /** The content type or encoding is not understood. */
  | 'unsupported_media_type'
  /** The protocol version is not spoken here. */
  | 'unsupported_version'
  /** An upload goes on elsewhere: the answer's `Upload-Offset` says where. */
  | 'offset_mismatch'
  /** The bytes are not what `Upload-Checksum` says; they were thrown away. */
  | 'checksum_mismatch'
  /** All bytes arrived and their SHA-256 is not the file's name; they were thrown away. */
  | 'digest_mismatch'
  /** The upload has ended: begin again. */
  | 'gone'
  /** An envelope for a key this server never had. */
  | 'carriage_key_unknown'
  /** An envelope that is not what was sealed for this server, or holds nothing it can take. */
  | 'carriage_damaged'
  /** Another request works on it: ask where it stopped, then go on. */
  | 'busy'
  /** There is no room left for files. */
  | 'no_space'
  /** The device sent as much today as a device may, or has too many uploads open. */
  | 'quota_exceeded'
  /** The tus version asked for is not spoken here. */
  | 'precondition_failed'
  /** The body did not arrive in time. */
  | 'timeout'
  /** Storage is not available; nothing was acknowledged. */
  | 'unavailable'
  /** A fault of the server. */
  | 'internal'

/** A page of records; `next` is given back as `?after=`. */
export interface RecordPage {
  /** Rows, newest first. */
  records: RecordSummary[]
  /** Cursor of the next page. */
  next: string | null
}

/** One record with its content. */
export interface RecordDetail {
  /** Its row. */
  summary: RecordSummary
  /** `name/version` of the form it was last written with. */
  form: string
  /** Heads of the content shown, hex, sorted. Give them back as `expected`. */
  heads: string[]
  /** The content, masked (`POST /api/v1/reveals` tells the rest). */
  answers: unknown
  /** What identity numbers that are masked there still say. */
  numbers: MaskedNumber[]
  /** What the form's checks say. */
  findings: Finding[]
  /** The leader's sentence, while returned. */
  remark: string | null
  /** Photos and signatures it refers to, in the order of their paths. */
  files: RecordFile[]
  /** Who signed which version. */
  signing: Signing
}

/** What a masked identity number still says: who it is about, without saying it. */
export interface MaskedNumber {
  /** Field path. */
  path: string
  /** Birth date, `YYYY-MM-DD`: the form does not ask for it where there is a number. */
  born_on: string
  /** The same for the same number in every record, and no way back from it to the number. */
  same_as: string
}

/** A file that a record refers to. */
export interface RecordFile {
  /** SHA-256 of its bytes, 64 hex digits. */
  sha256: string
  /** Field path that refers to it. */
  path: string
  /** How far it has come. */
  state: FileState
  /** Bytes that have arrived. */
  have: number
  /** Bytes it has, as far as anybody said. */
  bytes: number | null
  /** Pixels of the shown picture. */
  width: number | null
  /** Pixels of the shown picture. */
  height: number | null
  /** What is wrong, or to ask about it. */
  finding: FileFinding | null
  /** In words. */
  detail: string | null
  /** Used elsewhere, most similar first, at most 5. */
  reused: Reuse[]
}

/** How far a file has come. */
export type FileState =
  /** Nothing of it has arrived. */
  | 'missing'
  /** Some of its bytes have. */
  | 'receiving'
  /** All bytes are there and are what their name says; not yet looked at. */
  | 'stored'
  /** It can be shown. */
  | 'ready'
  /** It cannot be shown; `finding` says why. The original is kept aside. */
  | 'refused'

/** Why a file cannot be shown, or what to ask about it. */
export type FileFinding =
  /** Not a JPEG, PNG or WebP picture. */
  | 'not_a_picture'
  /** Its end is missing. */
  | 'truncated'
  /** More bytes than a picture may have. */
  | 'too_large'
  /** More pixels than a picture may have. */
  | 'too_many_pixels'
  /** Something else hides in or behind the picture. */
  | 'polyglot'
  /** Another type than the record says. */
  | 'wrong_type'
  /** Looking at it took too long. */
  | 'too_slow'
  /** Looking at it took too much memory. */
  | 'too_much_memory'
  /** Not the strokes of a signature. */
  | 'not_strokes'
  /** The household did not permit a photo of this subject. */
  | 'not_permitted'

/** Another record that uses the same or a very similar photo: a question to the leader, never a verdict. */
export interface Reuse {
  /** The other record; its title only if the reader may see it. */
  record: string
  /** What a person would call it; empty when it is out of reach. */
  title: string
  /** Month of its use, `YYYY-MM`. */
  month: string
  /** Bits that differ between the perceptual hashes; 0 = the same. */
  distance: number
}

/** The signatures of a record. */
export interface Signing {
  /** Of the content now. */
  state: SigningState
  /** Version of the content now. */
  digest: string
  /** Its short code. */
  code: string
  /** Who has to agree, in the form's order; empty if the form asks nobody. */
  parties: PartyStatus[]
  /** Every attestation, newest first. */
  attestations: Attestation[]
  /** What changed since the newest signed version, when that is not the content now. */
  changed_since: ChangedSince | null
}

/** Somebody whose agreement the form asks for. */
export interface PartyStatus {
  /** Name in the form: `household`, `village`, `team`. */
  name: string
  /** What people call it. */
  label: Label
  /** Its newest attestation that counts, of the content now if there is one; see `current` there. */
  attestation: string | null
}

/** What changed since a version was signed. */
export interface ChangedSince {
  /** The newest signed version. */
  digest: string
  /** Its short code. */
  code: string
  /** When it was signed last. */
  signed_at: number
  /** The fields that differ, from that version to now. */
  differences: FieldDifference[]
  /** Whether it has to be signed again (domain Q12). */
  material: boolean
}

/** `GET /api/v1/records/{id}/history`: oldest first. */
export interface History {
  /** The changes. */
  changes: FieldChange[]
  /** Villages the household it is about came from, newest first. */
  relocations: Relocation[]
}

/** One change of one field. */
export interface FieldChange {
  /** Field path. */
  path: string
  /** Value the author saw. */
  old: unknown
  /** Value the author wrote. */
  new: unknown
  /** Author's name. */
  person_name: string
  /** Device that wrote, 16 hex digits. */
  device: string
  /** When, by the device's clock: a claim (P15). */
  made_at: number
  /** When the server stored it. */
  received_at: number
  /** Hash of the change. */
  change: string
}

/** A household went from one village to another. */
export interface Relocation {
  /** Its id. */
  id: string
  /** Record id of the household. */
  household: string
  /** Village it left. */
  from_area: string
  /** Village it went to. */
  to_area: string
  /** Villagers' group it left; empty if none was written down. */
  group_name: string
  /** `YYYY-MM-DD`. */
  moved_on: string
  /** Why. */
  reason: string
  /** Who entered it. */
  person_name: string
  /** When the records changed hands. */
  at: number
}

/** A household's account as of a month. */
export interface IncomeAccount {
  /** The month, `YYYY-MM`. */
  month: string
  /** Version of the catalogue it was added up under. */
  catalogue: number
  /** That month alone. */
  in_month: Sums
  /** January to that month. */
  year_to_date: Sums
  /** The twelve months up to that month. */
  trailing: Sums
  /** The calendar year before. */
  last_year: Sums
  /** Months of the year, up to that month, that have no statement. */
  missing: string[]
  /** Persons counted by the last statement up to that month: the denominator. */
  persons: number
  /** The poverty line of the year, fen a head; none if nobody entered it. */
  line: number | null
  /** What net income must exceed: line × persons. */
  needed: number | null
  /** Whether the year's net income so far exceeds it. A result, never an exit. */
  crosses: boolean | null
  /** Corrections nobody settled, in the year so far: they count as nothing. */
  disputed: number
}

/** Sums over lines, in fen. */
export interface Sums {
  /** 工资性. */
  wage: number
  /** 生产经营性. */
  business: number
  /** 财产性. */
  property: number
  /** 转移性. */
  transfer: number
  /** What comes once and counts by a ruling. */
  oneoff: number
  /** 生产经营性支出. */
  expense: number
  /** What was received and does not count. */
  uncounted: number
  /** Of all counted amounts, what is an estimate. */
  estimated: number
  /** Gross income 总收入: what counts, before expenses. */
  gross: number
  /** Net income 纯收入: gross less expenses. */
  net: number
  /** Months with a statement. */
  months: number
}

/** A line that somebody entered. */
export interface Entry {
  /** Who entered it. */
  author: string
  /** On which day, `YYYY-MM-DD`. */
  day: string
  /** Record id of the household. */
  household: string
  /** Code of the item. */
  item: string
  /** Fen. */
  amount: number
}

/** `GET /api/v1/records/{id}/prompts` */
export interface PromptList {
  /** What is asked now, in a fixed order. */
  prompts: AskedPrompt[]
}

/** A question with its answer. */
export interface AskedPrompt {
  /** The question. */
  prompt: Prompt
  /** Code of the answer, as the form has it; none while nobody answered. */
  answer: string | null
  /** Name of who answered, or empty. */
  answered_by: string
}

/** A question about a statement. */
export interface Prompt {
  /** What is asked. */
  rule: PromptRule
  /** Item or line it is about; empty for the whole statement. Names the prompt together with rule and values. */
  about: string
  /** Values for the sentence. */
  values: Record<string, PromptValue>
}

/** What is asked. */
export type PromptRule =
  /** More than three times what the item was a year ago. */
  | 'more_than_last_year'
  /** Never before, and large, in the year of the exit. */
  | 'new_large_item'
  /** Above the line by at most a twentieth, in the year of the exit. */
  | 'just_above_line'
  /** A student, a disabled person or somebody over 75 with wages. */
  | 'unlikely_earner'
  /** More land planted than there is. */
  | 'more_land_than_there_is'
  /** A price outside the range of the catalogue. */
  | 'price_range'
  /** A yield outside it. */
  | 'yield_range'
  /** More animals gone than there were, were born and were bought. */
  | 'more_sold_than_stock'
  /** The same amount for at least three households, by one person on one day. */
  | 'alike_households'
  /** The household told the acceptance visitor something else. */
  | 'told_otherwise'

/** A value of the sentence: fen, hundredths or a count; a name, a date or a code. */
export type PromptValue = number | string

/** How the server is. While a request of a phone would fail it is a problem (503) with `parts` in it. */
export interface Readiness {
  /** Whether phones can sync. */
  ready: boolean
  /** Each part, always all of them, in this order: database, files, space, clock. */
  parts: Part[]
}

/** One thing the server stands on. */
export interface Part {
  /** Which one. */
  name: PartName
  /** How it is. */
  state: PartState
  /** Why it is not `ok`. */
  cause?: PartCause | null
  /** The cause in words. */
  reason?: Words | null
  /** What the operator does about it. */
  advice?: Words | null
}

/** What the server stands on. */
export type PartName =
  /** The database answers and takes writes. */
  | 'database'
  /** The store of photos and signatures takes files. */
  | 'files'
  /** The disks this machine writes to have room. */
  | 'space'
  /** The machine's clock is believed. */
  | 'clock'

/** How a part is. */
export type PartState =
  /** As it should be. */
  | 'ok'
  /** Something is wrong; phones sync all the same. */
  | 'degraded'
  /** Requests of phones fail until it is back. */
  | 'down'

/** Why a part is not as it should be. */
export type PartCause =
  /** The database cannot be reached or does not answer in time. */
  | 'database_unreachable'
  /** The database's disk is full. */
  | 'database_full'
  /** The database takes no writes. */
  | 'database_read_only'
  /** The database's disk fails. */
  | 'database_broken'
  /** The store of files cannot be reached or written. */
  | 'files_unreachable'
  /** The store of files is full. */
  | 'files_full'
  /** Little room is left. */
  | 'space_low'
  /** No room is left. */
  | 'space_gone'
  /** The machine's clock jumped while the server ran; the server follows it. */
  | 'clock_jumped'
  /** The machine's clock says what cannot be; the server goes on by a time of its own. */
  | 'clock_held'

/** A sentence in both languages. */
export interface Words {
  /** Chinese. */
  zh: string
  /** English. */
  en: string
}

/** `GET /api/v1/reference` and `reference` of the sync answer (JSON bytes). */
export interface Reference {
  /** Changes whenever anything below does. */
  tag: string
  /** Who asks. */
  me: Person
  /** Areas within reach, and those above them. */
  areas: Area[]
  /** People of those areas. */
  people: Person[]
  /** Every compiled form the server knows. */
  forms: Form[]
  /** What the asker is to do. */
  assignments: Assignments
  /** Poverty lines by year. */
  poverty_lines: PovertyLine[]
  /** What counts as income, every version. */
  catalogues: Catalogue[]
  /** Duty settings. */
  settings: DutySettings
  /** When a changed record has to be signed again. */
  signing: SigningSettings
  /** Open survey rounds within reach. */
  surveys: SurveyRound[]
  /** Households within reach for which another one stands, by record id. */
  aliases: Alias[]
  /** What unsent work is sealed for that another phone carries: base64url of a P-256 point of 65 bytes. */
  carriage_key: string
}

/** What the asker is assigned to. */
export interface Assignments {
  /** Villages where the asker works, with the role there. */
  villages: VillageAssignment[]
  /** Households the asker is paired with (record ids). */
  households: string[]
}

/** Work in one village. */
export interface VillageAssignment {
  /** Village code. */
  village: string
  /** Role there. */
  role: Role
}

/** The poverty line of a year, in fen per head (domain §8.4). */
export interface PovertyLine {
  /** Year. */
  year: number
  /** Integer fen. */
  fen: number
}

/** A version of the rulings. */
export interface Catalogue {
  /** From 1; a statement names the version it was made under. */
  version: number
  /** First day it is in force, `YYYY-MM-DD`. */
  effective_from: string
  /** The document it rests on. */
  document: string
  /** Items that count otherwise than their category does. */
  rulings: Ruling[]
  /** What prices and yields usually are; outside it is asked about, never refused (domain §8.6). */
  ranges?: Range[]
  /** Fen by which net income of the year may move under this version before earlier signatures are asked for again, as long as the comparison with the line stays (domain §8.2); without it any difference asks. */
  resign_over?: number | null
}

/** One item counts, or does not. */
export interface Ruling {
  /** Code of the item. */
  item: string
  /** Whether it is part of net income. */
  counts: boolean
  /** The document that says so. */
  document: string
}

/** What one unit of an item usually brings, and how much of it a mu. */
export interface Range {
  /** Code of the item. */
  item: string
  /** The unit it is about, as people write it: 斤, 头; with 亩 the price is what a mu brings. */
  unit: string
  /** Fen a unit, at least; both bounds or none. */
  price_low?: number | null
  /** At most. */
  price_high?: number | null
  /** Units a mu, at least; both bounds or none. */
  yield_low?: number | null
  /** At most. */
  yield_high?: number | null
}

/** What the operator decided about signatures. */
export interface SigningSettings {
  /** When to sign again. */
  resign: Resign
  /** Sums that changed by at most this many percent need no new signature. */
  resign_percent: number
}

/** When a changed record has to be signed again (domain Q12). */
export type Resign =
  /** When something changed that the form does not call immaterial, or a sum by more than the percentage. */
  | 'material'
  /** When anything changed. */
  | 'any'

/** A round as phones and desks know it. */
export interface SurveyRound {
  /** Id. */
  id: string
  /** What people call it. */
  name: string
  /** Area surveyed. */
  area: string
  /** First day. */
  from: string
  /** Last day. */
  to: string
  /** Version of the register it fills in. */
  form: string
  /** What the degrees of severity mean here. */
  criteria: string
  /** When it was closed; none while it is open. */
  closed_at: number | null
  /** The survey groups. */
  groups: SurveyGroup[]
  /** Households that were on the list when it was opened, within the reader's reach. */
  listed: string[]
}

/** A survey group: at least one township cadre and one member of a resident team. */
export interface SurveyGroup {
  /** What people call it, unique within the round. */
  name: string
  /** Person ids. */
  members: string[]
  /** Where it goes from house to house. */
  grounds: SurveyGround[]
}

/** A villagers' group (组) of a village, or what is left of the village. */
export interface SurveyGround {
  /** Village code. */
  village: string
  /** Name of the villagers' group as households write it; none: all groups of the village that nobody else has. */
  group_name: string | null
}

/** A household that a leader said is the same family as another one. */
export interface Alias {
  /** The record that is not kept. It goes on: what is written about it counts for the family. */
  record: string
  /** The record that stands for the family. A phone that does not have it still knows that there is one. */
  kept: string
}

/** `GET /api/v1/registers?area=&month=` */
export interface Registers {
  /** Code of the area. */
  area: string
  /** Net income as of this month, `YYYY-MM`; measures planned for its year. */
  month: string
  /** When this was counted. */
  as_of: number
  /** The poverty line of that year, fen a head; none if nobody entered it. */
  line: number | null
  /** Version of the catalogue that income is added up under: the one in force on the last day of the month. */
  catalogue: number
  /** One row a village, then one a township, then the whole area last; by code within each. */
  rows: RegisterRow[]
  /** E1 to E4 of domain §10.2, for the whole area. E3 holds while its parts, the projects, are no fewer than its whole. The parts of E4 are primary measures and households without one, so what it exceeds are duplicates. */
  identities: Identity[]
  /** Households with more than one primary measure, at most 200; E4 counts them. */
  several_primary: HouseholdName[]
  /** How many there are. */
  several_primary_total: number
  /** Households of the whole area in the system by primary and additional measure; pairs that nobody has are not there. */
  pairs: MeasurePair[]
}

/** The registers of an area. */
export interface RegisterRow {
  /** Code of the area. */
  area: string
  /** Its name. */
  name: string
  /** Households in the national system. */
  in_system: Tally
  /** Poor households outside it. */
  outside: Tally
  /** Projects of households in the system. */
  projects: ProjectBuckets
  /** The same projects by class; empty text where none is said. They add up to `projects.projects`. */
  by_class: Record<string, number>
  /** Primary measures of households in the system planned for the year, by the six batches; households with two are in two. Empty text where two people say different batches. */
  primary: Record<string, MeasureCount>
  /** Households in the system without a primary measure. */
  without_primary: number
  /** Households in the system with more than one. */
  several_primary: number
  /** Net income of the year so far. */
  income: IncomeBands
}

/** Households by severity. */
export interface Tally {
  /** All of them. */
  households: number
  /** Their members who have not left. */
  persons: number
  /** 重度. */
  severe: number
  /** 中度. */
  moderate: number
  /** 轻度. */
  light: number
  /** Without exactly one class: none said, or two people say different things. */
  unclassified: number
}

/** Households by number of their projects (P2). */
export interface ProjectBuckets {
  /** Without any; shown also when it is 0. */
  none: number
  /** With one. */
  one: number
  /** With two. */
  two: number
  /** With three or more. */
  three_or_more: number
  /** All projects. */
  projects: number
}

/** A batch: planned is not achieved (INV-27). */
export interface MeasureCount {
  /** Households it is planned for. */
  planned: number
  /** Of these, where it is achieved. */
  achieved: number
}

/** Net income a head of the year so far, against the line of the year (P7). The bands add up to `households`. */
export interface IncomeBands {
  /** Households in the system. */
  households: number
  /** Without a statement in the year up to the month. */
  none: number
  /** With statements, but without a figure a head: the last one counts nobody, or the year has no line yet. */
  unmeasured: number
  /** Below half of the line. */
  far_below: number
  /** From half of the line up to and including it. */
  below: number
  /** Above the line by at most 5 %: the rounding-up zone. */
  just_above: number
  /** Above it by more. */
  above: number
  /** Households with a statement of the month. */
  statements: number
  /** Of these, signed by everybody. */
  signed: number
  /** Of all counted fen of the year, how many are estimates. */
  estimated_fen: number
  /** All counted fen of the year, income and expenses. */
  counted_fen: number
}

/** A household in a list. */
export interface HouseholdName {
  /** Record id. */
  household: string
  /** What a person would call it. */
  title: string
  /** Village code. */
  village: string
}

/** Households with one batch as their primary measure of the year and another, or the same, beside it. */
export interface MeasurePair {
  /** Batch of the primary measure; a household with two primary ones is under each. Empty text where it is contested. */
  primary: string
  /** Batch of the additional one; none for the households that have nothing beside the primary one. */
  additional: string | null
  /** How many. */
  households: number
}

/** `POST /api/v1/relocations`: takes a household to another village. */
export interface Relocate {
  /** 32 hex digits, made by the asker: asking twice does it once. */
  id: string
  /** Record id of the household. */
  household: string
  /** 12-digit code of the village it goes to. */
  area: string
  /** Village it was shown in: `stale` if it has moved meanwhile. */
  expected_area: string
  /** `YYYY-MM-DD`, not after today. */
  moved_on: string
  /** Why, in a sentence. */
  reason: string
}

/** `POST /api/v1/reveals` */
export interface Reveal {
  /** Kind of thing. */
  what: RevealWhat
  /** Its id; of a version the record's. */
  id: string
  /** Which version, 64 hex digits; for a version only. */
  digest: string | null
  /** Field paths; none means everything that is hidden in it. */
  paths: string[]
  /** What for. */
  purpose: RevealPurpose
  /** Why, in words; 1 to 200 characters, without the number itself. */
  note: string
}

/** What kind of thing has something hidden in it. */
export type RevealWhat =
  /** A record as it is now, with the history of the same fields. */
  | 'record'
  /** Exactly the content that was signed, with the text that was hashed. */
  | 'version'
  /** The values of a conflict. */
  | 'conflict'
  /** An item that was not stored. */
  | 'quarantined'

/** What the value is needed for. */
export type RevealPurpose =
  /** To write the household down, or to correct it. */
  | 'registering'
  /** To see at the door that it is the right person. */
  | 'identity'
  /** To pay something out. */
  | 'payment'
  /** To answer a dispute. */
  | 'dispute'
  /** To tell two records of one family, or two values, apart. */
  | 'telling'
  /** To check others' work. */
  | 'audit'
  /** The bytes of an item were fetched; the server says it, nobody asks for it. */
  | 'export'

/** The answer: for the screen it was asked on, to be kept nowhere. */
export interface Revealed {
  /** Id of this entry. */
  id: string
  /** What was hidden of the fields asked for. */
  values: RevealedValue[]
  /** Of a version, all of it asked for: the canonical content, byte for byte what was hashed. */
  canonical: string | null
}

/** A value in full. */
export interface RevealedValue {
  /** Field path. */
  path: string
  /** Where in the field's life. */
  shown_as: RevealedAs
  /** Hash of the change, where the masked answer has one beside the value. */
  change: string | null
  /** The value. */
  value: unknown
}

/** Where in the life of a field a value is. */
export type RevealedAs =
  /** What the field holds. */
  | 'now'
  /** What was there before `change`, or before everything else when there is none. */
  | 'before'
  /** What `change` wrote. */
  | 'written'

/** `GET /api/v1/reveals?record=&area=` */
export interface RevealList {
  /** Newest first; at most 200. */
  reveals: RevealEntry[]
  /** How many there are, listed or not. */
  total: number
}

/** Who was told what, when and what for; never the value. */
export interface RevealEntry {
  /** Its id. */
  id: string
  /** When. */
  at: number
  /** Who. */
  person_name: string
  /** Kind of thing. */
  what: RevealWhat
  /** Its id. */
  object: string
  /** The record it is, or is about. */
  record: string
  /** Village it was in. */
  area: string
  /** Field paths; none means everything that was hidden in it. */
  paths: string[]
  /** What for. */
  purpose: RevealPurpose
  /** Why, in words. */
  note: string
}

/** `GET /api/v1/reviews?area=&state=`. */
export interface ReviewQueue {
  /** Those with conflicts first, then oldest submission first; at most 200. */
  reviews: ReviewRow[]
  /** How many there are, listed or not. */
  total: number
}

/** One row of the queue. */
export interface ReviewRow {
  /** The record. */
  record: RecordSummary
  /** Fields that differ from the last reviewed version. */
  changes: number
  /** When it was submitted. */
  submitted_at: number
  /** Its photos. */
  files: FileCount
  /** Its signatures. */
  signing: SigningState
}

/** The photos of a record in one line of a list. */
export interface FileCount {
  /** Files the record refers to. */
  all: number
  /** Those that can be shown. */
  have: number
  /** Those with a finding. */
  problems: number
}

/** `GET /api/v1/reviews/{record}`. */
export interface Review {
  /** The record. */
  record: RecordSummary
  /** State. */
  state: ReviewState
  /** Heads of the content shown: give them back as `expected`. */
  heads: string[]
  /** What changed since the last reviewed version. */
  differences: FieldDifference[]
  /** What was decided before, oldest first. */
  timeline: ReviewEvent[]
}

/** What happened to a record in review. */
export interface ReviewEvent {
  /** The state it led to. */
  state: ReviewState
  /** Who. */
  person_name: string
  /** When the server decided. */
  at: number
  /** The sentence, if any. */
  remark: string | null
}

/** `POST /api/v1/reviews/decide`: several at once, each with its own fate. */
export interface Decide {
  /** The decisions. */
  decisions: DecideOne[]
}

/** One decision. */
export interface DecideOne {
  /** Idempotency key, 32 hex digits made by the caller. */
  id: string
  /** The record. */
  record: string
  /** What. */
  decision: Decision
  /** Heads that were shown. */
  expected: string[]
  /** The sentence the cadre will see; required to return. */
  remark: string | null
}

/** A leader's decision. */
export type Decision =
  /** This exact version is right. */
  | 'approve'
  /** The author should look again; needs a remark. */
  | 'return'

/** `POST /api/v1/reviews/decide` answers this. */
export interface Decided {
  /** One per decision. */
  results: DecisionResult[]
}

/** Answer per decision, in the order asked. */
export interface DecisionResult {
  /** The idempotency key. */
  id: string
  /** Fate. */
  status: DecisionStatus
  /** Stable code when refused. */
  code: string | null
  /** In words. */
  detail: string | null
}

/** The fate of one decision. */
export type DecisionStatus =
  /** Done now. */
  | 'done'
  /** Done before; nothing changed. */
  | 'duplicate'
  /** The record moved on; nothing changed. */
  | 'stale'
  /** Not allowed or not possible; see `code`. */
  | 'refused'

/** `POST /api/v1/sessions`: a desk logs in. */
export interface Login {
  /** Account name. */
  account: string
  /** Password. */
  password: string
  /** The browser's P-256 public key: base64url of the 65-byte uncompressed point. Refresh needs its proof. */
  key: string
}

/** `POST /api/v1/sessions/refresh` with a `DPoP` header (RFC 9449). */
export interface Refresh {
  /** The refresh token last given; using an older one revokes the family. */
  refresh_token: string
}

/** `POST /api/v1/surveys`: the office opens a round. */
export interface OpenSurvey {
  /** Id, 32 hex digits, drawn by the asker: a repeated request opens one round. */
  id: string
  /** What people call it, 1 to 60 characters. */
  name: string
  /** Township or village surveyed. */
  area: string
  /** First day. */
  from: string
  /** Last day. */
  to: string
  /** Version of the register it fills in, `household/1`. */
  form: string
  /** What severe, moderate and light mean here, at most 2,000 characters; shown on the phone. */
  criteria: string
  /** The survey groups. Together they cover every village of the area. */
  groups: SurveyGroup[]
}

/** `GET /api/v1/surveys`: rounds whose area the reader may read, newest first. */
export interface SurveyRounds {
  /** The rounds. */
  surveys: SurveyRound[]
}

/** `GET /api/v1/surveys/{id}`: how far a round is, as far as the phones have reported. */
export interface SurveyProgress {
  /** The round. */
  round: SurveyRound
  /** When this was counted. */
  as_of: number
  /** By village and villagers' group, in the order of their codes and names. */
  grounds: GroundProgress[]
  /** Every house, in that order. */
  houses: SurveyHouse[]
}

/** How far a villagers' group is. */
export interface GroundProgress {
  /** Village code. */
  village: string
  /** Name of the villagers' group; empty where the register names none. */
  group_name: string
  /** Name of the survey group that goes there; none when nobody does. */
  survey_group: string | null
  /** Houses. */
  coverage: Coverage
}

/** Houses by state. */
export interface Coverage {
  /** All of them; the five states add up to it. */
  houses: number
  /** Nobody came yet. */
  not_yet: number
  /** Surveyed. */
  visited: number
  /** Nobody at home. */
  absent: number
  /** Refused. */
  refused: number
  /** Lives elsewhere. */
  moved: number
  /** Of all of them, those that were on no list. */
  found: number
}

/** A house of a round. */
export interface SurveyHouse {
  /** Record id of the household. */
  household: string
  /** What a person would call it. */
  title: string
  /** Village code. */
  village: string
  /** Name of the villagers' group. */
  group_name: string
  /** How far it is. */
  state: HouseState
  /** Whether it was on no list. */
  found: boolean
  /** Visits of the round. */
  visits: number
  /** Day of the last one. */
  last_on: string | null
}

/** How far a house is in a round. `Found` is counted beside the others: a house that was on no list. */
export type HouseState =
  /** 未访: nobody came yet. */
  | 'not_yet'
  /** 已访: surveyed. Stays so, whatever later visits say. */
  | 'visited'
  /** 不在: nobody at home, come again. */
  | 'absent'
  /** 拒访: the household did not want it. */
  | 'refused'
  /** 已搬走: the household lives elsewhere. */
  | 'moved'

/** `GET /api/v1/surveys/{id}/summary`: the survey summary P1 (domain §10.1). */
export interface SurveySummary {
  /** Id of the round. */
  round: string
  /** When this was counted. */
  as_of: number
  /** One row a village, then one a township, then the whole area last; by code within each. */
  rows: SummaryRow[]
  /** The identities that must hold (domain §10.2). */
  identities: Identity[]
}

/** The findings of an area. */
export interface SummaryRow {
  /** Code of the area. */
  area: string
  /** Its name. */
  name: string
  /** Households in the national system. */
  in_system: Tally
  /** Poor households outside it. */
  outside: Tally
  /** Households of which nobody has said whether they are in the system. */
  unknown: Tally
  /** Households in the system by main cause, by the code of the cause; empty text where none is said. */
  causes: Record<string, number>
  /** Households with an open dispute; they are counted above all the same. */
  in_dispute: number
  /** Houses by state. */
  coverage: Coverage
}

/** Every problem code, to prove that each has words. */
export const PROBLEM_CODES: readonly ProblemCode[] = [
  'invalid',
  'bad_credentials',
  'locked_out',
  'rate_limited',
  'unauthenticated',
  'token_expired',
  'token_reused',
  'bad_proof',
  'bad_enrol_code',
  'device_revoked',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'stale',
  'step_not_possible',
  'handler_is_helper',
  'handler_is_author',
  'handler_took_it_down',
  'handler_out_of_reach',
  'unknown_heads',
  'too_large',
  'unsupported_media_type',
  'unsupported_version',
  'offset_mismatch',
  'checksum_mismatch',
  'digest_mismatch',
  'gone',
  'carriage_key_unknown',
  'carriage_damaged',
  'busy',
  'no_space',
  'quota_exceeded',
  'precondition_failed',
  'timeout',
  'unavailable',
  'internal',
]
