// A round before it is opened: what the form holds, filled in so that most of it can stay.
import { t } from '@ui/i18n'
import { within } from '../areas'
import type { Area, OpenSurvey, Person, Role } from '../schema'

/** A survey group in the form. `key` names it while groups come and go. */
export interface DraftGroup {
  key: string
  name: string
  members: string[]
  /** `part` is a villagers' group; empty means the rest of the village. */
  grounds: { village: string; part: string }[]
}

export interface Draft {
  /** Drawn once, so that asking again after a lost answer opens one round. */
  id: string
  name: string
  area: string
  from: string
  to: string
  criteria: string
  groups: DraftGroup[]
  /** The name that was made up, and the area the groups were made for. */
  filled: { name: string; area: string }
}

/** What the form knows of the world. */
export interface World {
  me: Person
  areas: Area[]
  people: Person[]
}

const TEAM: Role[] = ['team_member', 'team_leader']
export const isCadre = (person: Person | undefined): boolean => person?.roles.includes('town_office') ?? false
export const isTeam = (person: Person | undefined): boolean => person?.roles.some((role) => TEAM.includes(role)) ?? false
export const worksIn = (person: Person, village: string): boolean => person.areas.some((held) => within(village, held))

const byCode = (a: Area, b: Area): number => (a.code < b.code ? -1 : 1)
const byName = (a: Person, b: Person): number => a.name.localeCompare(b.name, 'zh') || (a.id < b.id ? -1 : 1)

/** Townships and villages a person may open a round in. */
export function openableAreas({ me, areas }: World): Area[] {
  const own = (area: Area): boolean => me.areas.some((held) => within(area.code, held))
  return areas.filter((area) => area.level !== 'district' && own(area)).sort(byCode)
}

/** Villages of an area. */
export function villagesOf({ areas }: Pick<World, 'areas'>, area: string): Area[] {
  return area === '' ? [] : areas.filter((one) => one.level === 'village' && within(one.code, area)).sort(byCode)
}

/** One survey group a village: its team, the asker (or else the township's cadres in turn), the whole village. */
export function groupsFor(world: World, area: string): DraftGroup[] {
  return villagesOf(world, area).map((village, number) => {
    const here = world.people.filter((person) => worksIn(person, village.code)).sort(byName)
    const cadres = here.filter(isCadre)
    const cadre = cadres.find((person) => person.id === world.me.id) ?? cadres[number % cadres.length]
    const team = here.filter((person) => isTeam(person) && person.id !== cadre?.id)
    return {
      key: village.code,
      name: t('survey.group_of', { village: village.name }),
      members: [...(cadre ? [cadre] : []), ...team].map((person) => person.id),
      grounds: [{ village: village.code, part: '' }],
    }
  })
}

/** A name for a round that nobody has named yet. */
export function nameFor(world: World, area: string, day: string): string {
  const name = world.areas.find((one) => one.code === area)?.name
  const [year = '', month = ''] = day.split('-')
  return name ? t('survey.name_of', { area: name, year, month: Number(month) }) : ''
}

/** Days between first and last day of a round nobody has given an end. */
const USUAL_DAYS = 30
const DAY_MS = 86_400_000

/** The day some days after another. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** A new draft for the widest area of the asker. */
export function newDraft(world: World, today: string, id: string): Draft {
  const draft: Draft = {
    id, name: '', area: '', from: today, to: dayAfter(today, USUAL_DAYS - 1), criteria: '', groups: [], filled: { name: '', area: '' },
  }
  const areas = openableAreas(world)
  fill(draft, world, areas.find((area) => area.level === 'township')?.code ?? areas[0]?.code ?? '')
  return draft
}

/** Moves a draft to an area and fills in what goes with it; a name somebody wrote stays. */
export function fill(draft: Draft, world: World, area: string): void {
  draft.area = area
  const name = nameFor(world, area, draft.from)
  if (draft.name === draft.filled.name) draft.name = name
  draft.groups = groupsFor(world, area)
  draft.filled = { name, area }
}

/** Whether the groups are still those that were filled in. */
export function groupsUntouched(draft: Draft, world: World): boolean {
  return JSON.stringify(draft.groups) === JSON.stringify(groupsFor(world, draft.filled.area))
}

/** Villages of which nobody has the rest. */
export function uncovered(draft: Draft, world: World): Area[] {
  const taken = new Set(draft.groups.flatMap((group) => group.grounds.filter((one) => one.part.trim() === '').map((one) => one.village)))
  return villagesOf(world, draft.area).filter((village) => !taken.has(village.code))
}

/** The draft as the server takes it. */
export function requestOf(draft: Draft, form: string): OpenSurvey {
  const { id, area, from, to } = draft
  const groups = draft.groups.map(({ name, members, grounds }) => ({
    name: name.trim(),
    members: [...members],
    grounds: grounds.map(({ village, part }) => ({ village, group_name: part.trim() || null })),
  }))
  return { id, name: draft.name.trim(), area, from, to, form, criteria: draft.criteria.trim(), groups }
}

let kept: { person: string; draft: Draft } | null = null

/** What somebody was writing when they left the form, or their session ended. */
export function keptDraft(person: string): Draft | null {
  return kept?.person === person ? kept.draft : null
}

/** Keeps a draft until it is opened; none forgets it. */
export function keepDraft(person: string, draft: Draft | null): void {
  kept = draft && { person, draft }
}
