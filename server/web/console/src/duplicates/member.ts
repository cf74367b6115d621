// Members of a household as the comparison needs them: those who were not removed, the head first.
import type { Answers, MaskedNumber } from '../schema'

export interface Member {
  id: string
  name: string
  /** Code of the form. */
  relation: string
  /** From the ID number, where there is one: the form asks for the date only without it. */
  born: string
  /** As shown: its last four. */
  id_no: string
  /** The same for the same ID number; empty where there is none, or none that is right. */
  number: string
  /** The day they left the household; who they were still counts. */
  left_on: string
}

/** `relation` of the head (domain §7.5). */
const HEAD = '02'

/** Members, the head first, then by age; what their masked ID numbers still say is told beside. */
export function membersOf(answers: Answers, numbers: readonly MaskedNumber[] = []): Member[] {
  const said = new Map(numbers.map((one) => [one.path, one]))
  const all = Object.entries((answers['members'] ?? {}) as Record<string, Answers>)
  const present = all.filter(([, one]) => text(one['deleted_at']) === '').map(([id, one]) => member(id, one, said.get(`members/${id}/id_no`)))
  const order = (one: Member): string => `${one.relation === HEAD ? 0 : 1} ${one.born || '9999'} ${one.name}`
  return present.sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

/** Who the household says is its head, else who is written as one. */
export function headOf(answers: Answers): Member | null {
  const members = membersOf(answers)
  return members.find((one) => one.id === answers['head_member_id']) ?? members.find((one) => one.relation === HEAD) ?? null
}

function member(id: string, one: Answers, number: MaskedNumber | undefined): Member {
  // The birth date: that of a right ID number, else the one written down.
  const born = number?.born_on ?? text(one['birth_date'])
  return { id, name: text(one['name']), relation: text(one['relation']), born, id_no: text(one['id_no']), number: number?.same_as ?? '', left_on: text(one['left_on']) }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : ''
}
