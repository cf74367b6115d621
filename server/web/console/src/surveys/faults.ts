// What is wrong with a draft, by the place in the form where it is said: found here before it is
// sent, or by the server, whose field names are turned into those places.
import { t } from '@ui/i18n'
import type { Problem } from '../problem'
import { areaName, personName } from '../reference'
import { isCadre, isTeam, uncovered, type Draft, type World } from './draft'

/** Sentences by place: `name`, `groups`, or `<key of a group>/members`. */
export type Faults = ReadonlyMap<string, string>

const NAME_CHARS = 60
const CRITERIA_CHARS = 2000

const characters = (text: string): number => [...text.trim()].length
const named = (name: string): boolean => characters(name) >= 1 && characters(name) <= NAME_CHARS

/** What is wrong as far as the desk knows; the twin of the server's `check` and `check_groups`. */
export function faultsOf(draft: Draft, world: World): Faults {
  const found = new Map<string, string>()
  const need = (holds: boolean, place: string, sentence: string): void => {
    if (!holds && !found.has(place)) found.set(place, sentence)
  }
  need(named(draft.name), 'name', rule('name'))
  need(draft.area !== '', 'area', rule('area'))
  need(draft.from !== '', 'from', rule('from'))
  need(draft.to !== '' && draft.from <= draft.to, 'to', rule('to'))
  need(characters(draft.criteria) <= CRITERIA_CHARS, 'criteria', rule('criteria'))
  groupFaults(draft, world, need)
  const left = uncovered(draft, world).map((village) => village.name)
  need(draft.groups.length > 0, 'groups', rule('groups_none'))
  need(left.length === 0, 'groups', t('survey.wrong.about', { text: rule('groups'), names: left.join(t('value.separator')) }))
  return found
}

type Need = (holds: boolean, place: string, sentence: string) => void

function groupFaults(draft: Draft, world: World, need: Need): void {
  const byId = new Map(world.people.map((person) => [person.id, person]))
  const names = new Set<string>()
  const taken = new Map<string, string>()
  for (const group of draft.groups) {
    const name = group.name.trim()
    need(named(name) && !names.has(name), `${group.key}/name`, rule('group_name'))
    names.add(name)
    const members = group.members.map((id) => byId.get(id))
    need(members.some(isCadre), `${group.key}/members`, rule('no_cadre'))
    need(members.some(isTeam), `${group.key}/members`, rule('no_team'))
    for (const { village, part } of group.grounds) {
      const place = `${village} ${part.trim()}`
      const other = taken.get(place)
      need(other === undefined, `${group.key}/grounds`, t('survey.wrong.taken', { place: groundName(village, part), group: other ?? '' }))
      taken.set(place, name)
    }
  }
}

/** What a ground is called: 照耀村 三组, or 照耀村 其余全部. */
export function groundName(village: string, part: string): string {
  return t('survey.ground', { village: areaName(village), part: part.trim() || t('survey.rest') })
}

/** Where in the form a refusal belongs and what it says; nothing when it is about no field of the form. */
export function faultOf(problem: Problem, draft: Draft): { place: string; sentence: string } | null {
  if (problem.code !== 'invalid' || !problem.field) return null
  const [root = '', number, part] = problem.field.split('/')
  const group = number === undefined ? undefined : draft.groups[Number(number)]
  const about = whom(problem.detail ?? '')
  const say = (text: string): string => (about ? t('survey.wrong.about', { text, names: about }) : text)
  if (root === 'groups' && group && part && GROUP_PARTS[part]) return { place: `${group.key}/${part}`, sentence: say(rule(GROUP_PARTS[part])) }
  return FIELDS.includes(root) ? { place: root, sentence: say(rule(root)) } : null
}

const FIELDS = ['id', 'name', 'area', 'from', 'to', 'criteria', 'form', 'groups']
const GROUP_PARTS: Record<string, string> = { name: 'group_name', members: 'members', grounds: 'grounds' }
const rule = (name: string): string => t(`survey.wrong.${name}`)

/** The people and villages a detail names by their ids, by name: the sentence itself is ours. */
function whom(detail: string): string {
  const ids: string[] = detail.match(/\b(?:[0-9a-f]{32}|\d{12})\b/g) ?? []
  const names = ids.map((id) => personName(id) ?? areaName(id)).filter((name) => !ids.includes(name))
  return [...new Set(names)].join(t('value.separator'))
}
