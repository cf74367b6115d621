// A made-up household with records of the built-in forms, for the tests of files, registers and paper.
import { readFileSync } from 'node:fs'
import type { HouseholdFile } from '../src/dossiers/file'
import type { Answers, Form, Person, RecordDetail, Reference } from '../src/schema'

const KINDS = ['household', 'income', 'measure', 'project', 'agreement', 'card', 'ledger', 'difficulty']
const read = (kind: string): Form => JSON.parse(readFileSync(new URL(`../../../../mobile-schema/generated/forms/${kind}.1.json`, import.meta.url), 'utf8')) as Form
export const forms: Form[] = KINDS.map(read)

export const VILLAGE = '500114105201'
export const areas: Reference['areas'] = [
  { code: VILLAGE, name: '中元村', level: 'village', parent: '500114105000' },
  { code: '500114105000', name: '石会镇', level: 'township', parent: '500114000000' },
]
export const person: Person = { id: 'a'.repeat(32), name: '李主任', roles: ['alleviation_office'], areas: [VILLAGE] }

export const id = (n: number): string => n.toString(16).padStart(32, '0')
export const HEAD = id(91)
const WIFE = id(92)
/** Of the prefix 999999, which is no place. */
export const ID_NUMBER = '999999194403120012'
export const FAMILY: Answers = {
  group_name: '三组', head_member_id: HEAD,
  members: { [HEAD]: { name: '田大山', relation: '02', id_no: ID_NUMBER }, [WIFE]: { name: '李秀英', relation: '10' }, [id(93)]: { name: '走了的', deleted_at: '2015-01-01' } },
}

let last = 0xd000
const parties = (kind: string) => (forms.find((form) => form.name === kind)?.attestation?.parties ?? []).map(({ name, label }) => ({ name, label, attestation: null }))
/** A record as the server answers it: complete, signed by nobody. */
export function detail(kind: string, answers: Answers, more: Partial<RecordDetail> = {}): RecordDetail {
  const own = id(++last)
  return {
    summary: { id: own, kind, area: VILLAGE, household: kind === 'household' ? own : id(1), title: '田大山', author: id(2), author_name: '向敏', review: 'draft', conflicts: 0, disputes: 0, findings: 0, updated_at: last },
    form: `${kind}/1`, heads: [], answers, numbers: [], findings: [], remark: null, files: [],
    signing: { state: 'none', digest: '7f3a91'.padEnd(64, '0'), code: '7F3A-91', parties: parties(kind), attestations: [], changed_since: null },
    ...more,
  }
}

/** A statement that counts the head and the wife. */
export function month(of: string, lines: Answers[]): RecordDetail {
  const counted = { month: of, catalogue: 1, line_year: 2015, counted: `${HEAD} ${WIFE}` }
  return detail('income', { ...counted, lines: Object.fromEntries(lines.map((line, n) => [id(n + 1), { source: 'household', ...line }])) })
}

export const file = (of: Partial<HouseholdFile['of']> = {}): HouseholdFile => ({
  home: detail('household', FAMILY),
  of: { income: [], ledger: [], agreement: [], card: [], measure: [], project: [], difficulty: [], ...of },
})
