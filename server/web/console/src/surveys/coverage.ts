// Houses of a round by state: the order they are shown in, sums, shares and the five steps of the map.
import { asCounted } from '@engine/village_order'
import type { Coverage, GroundProgress, HouseState, SurveyHouse } from '../schema'

/** In the order of every bar, column and legend. */
export const STATES: HouseState[] = ['visited', 'absent', 'refused', 'moved', 'not_yet']
const COUNTED = ['houses', 'found', ...STATES] as const

/** Several coverages as one. */
export function sum(parts: Coverage[]): Coverage {
  const total: Coverage = { houses: 0, not_yet: 0, visited: 0, absent: 0, refused: 0, moved: 0, found: 0 }
  for (const part of parts) for (const name of COUNTED) total[name] += part[name]
  return total
}

/** Whole percent of the houses that were surveyed, rounded down so that 100 means every house; none without houses. */
export function percent(coverage: Coverage): number | null {
  return coverage.houses > 0 ? Math.floor((coverage.visited * 100) / coverage.houses) : null
}

/** A fifth of the way each; the last one includes the end. */
export const STEPS = [
  { step: 1, from: 0, to: 19 },
  { step: 2, from: 20, to: 39 },
  { step: 3, from: 40, to: 59 },
  { step: 4, from: 60, to: 79 },
  { step: 5, from: 80, to: 100 },
] as const

/** The step of a percentage; 0 where there is no house. */
export function stepOf(share: number | null): number {
  return share === null ? 0 : Math.min(4, Math.floor(share / 20)) + 1
}

/** A village with its villagers' groups. */
export interface VillageProgress {
  village: string
  coverage: Coverage
  grounds: GroundProgress[]
}

/** Those of one village together, in the order people count them. */
export function byVillage(grounds: GroundProgress[]): VillageProgress[] {
  const found = new Map<string, GroundProgress[]>()
  for (const ground of grounds) found.set(ground.village, [...(found.get(ground.village) ?? []), ground])
  return [...found].map(([village, own]) => {
    const grounds = own.sort((a, b) => asCounted(a.group_name, b.group_name))
    return { village, grounds, coverage: sum(grounds.map((one) => one.coverage)) }
  })
}

/** What the house list is narrowed to; empty means all, and a villagers' group is written after `=`,
    because houses without one can be asked for too. */
export interface HouseFilter {
  state: string
  village: string
  group: string
  found: boolean
}

export const groupFilter = (name: string): string => `=${name}`

/** The houses a filter leaves, by village and villagers' group. */
export function housesOf(houses: SurveyHouse[], wanted: HouseFilter): SurveyHouse[] {
  const left = houses.filter(
    (house) =>
      (wanted.state === '' || house.state === wanted.state) &&
      (wanted.village === '' || house.village === wanted.village) &&
      (wanted.group === '' || groupFilter(house.group_name) === wanted.group) &&
      (!wanted.found || house.found),
  )
  return left.sort((a, b) => (a.village === b.village ? asCounted(a.group_name, b.group_name) : a.village < b.village ? -1 : 1))
}
