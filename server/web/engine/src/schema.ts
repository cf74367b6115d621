// The shapes of the API as the engine uses them. One door, so that where they are made can change.
// Written by hand until the generated ones are on main; names are those of `mobile-schema/src/api`.
import type { FormShape } from './form'

export type Role =
  | 'district_leader' | 'dept_head' | 'team_member' | 'team_leader'
  | 'town_office' | 'alleviation_office' | 'org_department' | 'sys_admin'
export type ReviewState = 'draft' | 'submitted' | 'returned' | 'approved' | 'changed'
export type AreaLevel = 'district' | 'township' | 'village'

export interface Area { code: string; name: string; level: AreaLevel; parent: string | null }
export interface Person { id: string; name: string; roles: Role[]; areas: string[] }
export interface VillageAssignment { village: string; role: Role }
export interface Assignments { villages: VillageAssignment[]; households: string[] }
export interface PovertyLine { year: number; fen: number }
export interface Reference {
  tag: string
  me: Person
  areas: Area[]
  people: Person[]
  forms: FormShape[]
  assignments: Assignments
  poverty_lines: PovertyLine[]
  settings: unknown
}
