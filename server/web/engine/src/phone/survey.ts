// How far a survey round is, counted from what lies on the phone. The same rules as the server's
// `domain/survey/progress.rs`; pure, so that they can be held against each other.
import type { Coverage, HouseState, SurveyRound } from '../schema'
import { asCounted } from '../village_order'
import { Aliases } from './alias'
import type { HouseholdCard, SurveyCard, SurveyHouseCard } from './api'

/** What of a visit counts here. */
export interface SurveyVisit { id: string; household: string; area: string; on: string; type: string; outcome: string; createdAt: number }

const OUTCOMES: readonly HouseState[] = ['visited', 'absent', 'refused', 'moved']

/** The digits of a 12-digit code that say where it is: 6 for a district, 9 for a township, 12 for a village. */
export function significant(code: string): string {
  return code.replace(/0{6}$|000$/, '')
}

export function isWithin(area: string, village: string): boolean {
  return village.startsWith(significant(area))
}

/** By the outcomes of its survey visits, oldest first: once surveyed it stays so, else the last one counts. */
export function stateOf(outcomes: Iterable<string>): HouseState {
  let state: HouseState = 'not_yet'
  for (const outcome of outcomes) {
    const next = OUTCOMES.find((one) => one === outcome)
    if (next && state !== 'visited') state = next
  }
  return state
}

const none = new Aliases(undefined)

/** Survey visits of the round by household, oldest first. A visit to an alias was a visit to its family. */
export function visitsOf(round: SurveyRound, visits: readonly SurveyVisit[], aliases = none): Map<string, SurveyVisit[]> {
  const counted = visits.filter((one) => one.type === 'survey' && isWithin(round.area, one.area) && one.on >= round.from && one.on <= round.to)
  const oldestFirst = (a: SurveyVisit, b: SurveyVisit): number => compare(a.on, b.on) || a.createdAt - b.createdAt || compare(a.id, b.id)
  const came = new Map<string, SurveyVisit[]>()
  for (const visit of counted.sort(oldestFirst)) {
    const family = aliases.kept(visit.household)
    came.set(family, [...(came.get(family) ?? []), visit])
  }
  return came
}

/** The survey group that goes to a villagers' group: the one that names it, else the one with the rest of the village. */
export function surveyGroupOf(round: SurveyRound, village: string, group: string): string | null {
  const goesTo = (name: string | null): string | undefined =>
    round.groups.find(({ grounds }) => grounds.some((ground) => ground.village === village && ground.group_name === name))?.name
  return goesTo(group) ?? goesTo(null) ?? null
}

/** The houses of a round, in the order one walks them; an alias is no house of its own. */
export function housesOf(round: SurveyRound, person: string, households: readonly HouseholdCard[], visits: readonly SurveyVisit[], aliases = none): SurveyHouseCard[] {
  const listed = listedIn(round, aliases)
  const mine = new Set(groupsOf(round, person))
  const came = visitsOf(round, visits, aliases)
  const house = (home: HouseholdCard): SurveyHouseCard => {
    const visited = came.get(home.id) ?? []
    const group = home.group?.trim() ?? ''
    const surveyGroup = surveyGroupOf(round, home.village, group)
    return {
      household: home.id, title: home.name, address: home.address, village: home.village, villageName: home.villageName,
      group, surveyGroup, mine: surveyGroup !== null && mine.has(surveyGroup),
      state: stateOf(visited.map((one) => one.outcome)), found: !listed.has(home.id),
      visits: visited.length, lastOn: visited[visited.length - 1]?.on ?? null, draft: home.draft !== null, waiting: home.waiting > 0,
    }
  }
  return households.filter((home) => isWithin(round.area, home.village) && !aliases.isAlias(home.id)).map(house).sort(asWalked)
}

/** Families on the list of the start: those of which one record is. */
export function listedIn(round: SurveyRound, aliases: Aliases): Set<string> {
  return new Set(round.listed.map((id) => aliases.kept(id)))
}

/** Names of the survey groups a person is in. */
export function groupsOf(round: SurveyRound, person: string): string[] {
  return round.groups.filter((group) => group.members.includes(person)).map((group) => group.name)
}

export function coverageOf(houses: readonly SurveyHouseCard[]): Coverage {
  const coverage: Coverage = { houses: 0, not_yet: 0, visited: 0, absent: 0, refused: 0, moved: 0, found: 0 }
  for (const { state, found } of houses) {
    coverage.houses += 1
    coverage[state] += 1
    if (found) coverage.found += 1
  }
  return coverage
}

export function cardOf(round: SurveyRound, person: string, houses: readonly SurveyHouseCard[]): SurveyCard {
  const { id, name, from, to } = round
  const myGroups = groupsOf(round, person)
  const mine = myGroups.length > 0 ? coverageOf(houses.filter((house) => house.mine)) : null
  return { id, name, from, to, coverage: coverageOf(houses), mine, myGroups }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
function asWalked(a: SurveyHouseCard, b: SurveyHouseCard): number {
  return compare(a.village, b.village) || asCounted(a.group, b.group)
    || asCounted(a.address ?? '', b.address ?? '') || compare(a.household, b.household)
}
