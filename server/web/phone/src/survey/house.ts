// A survey round in words: which houses a filter shows, under which heading, and what their badge says.
import type { SurveyCard, SurveyHouseCard } from '@engine/phone/api'
import type { HouseState } from '@engine/schema'
import { t } from '@ui/i18n'
import type { Tone } from '@ui/shell/StatusBadge.vue'
import type { BadgeWords } from '../badges'

/** States, houses that were on no list, and all of them. */
export type Filter = HouseState | 'found' | 'all'
export const FILTERS: readonly Filter[] = ['not_yet', 'absent', 'visited', 'refused', 'moved', 'found', 'all']

const TONES: { [state in HouseState]: Tone } = { not_yet: 'plain', visited: 'good', absent: 'warn', refused: 'plain', moved: 'plain' }

export const houseBadge = (state: HouseState): BadgeWords => ({ text: t(`survey.state.${state}`), tone: TONES[state] })

/** Whether somebody still has to go there. */
export const isToVisit = (state: HouseState): boolean => state === 'not_yet' || state === 'absent'

export function filtered(houses: readonly SurveyHouseCard[], filter: Filter, mineOnly: boolean): SurveyHouseCard[] {
  const fits = (house: SurveyHouseCard): boolean => filter === 'all' || (filter === 'found' ? house.found : house.state === filter)
  return houses.filter((house) => (house.mine || !mineOnly) && fits(house))
}

/** Neighbours under one heading: houses of a villagers' group, in the order they come in. */
export function byGroup(houses: readonly SurveyHouseCard[]): { key: string; village: string; group: string; houses: SurveyHouseCard[] }[] {
  const groups = new Map<string, ReturnType<typeof byGroup>[number]>()
  for (const house of houses) {
    const key = `${house.village} ${house.group}`
    const known = groups.get(key)
    if (known) known.houses.push(house)
    else groups.set(key, { key, village: house.villageName, group: house.group, houses: [house] })
  }
  return [...groups.values()]
}

/** Where to go after a house: the next one of the same villagers' group nobody has been to, then one of mine, then any. */
export function nextHouse(houses: readonly SurveyHouseCard[], after: string): SurveyHouseCard | null {
  const at = houses.findIndex((house) => house.household === after)
  const here = houses[at]
  const open = [...houses.slice(at + 1), ...houses.slice(0, Math.max(at, 0))].filter((house) => house.state === 'not_yet')
  return open.find((house) => house.village === here?.village && house.group === here.group) ?? open.find((house) => house.mine) ?? open[0] ?? null
}

const days = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)

/** How long the round still goes on. */
export function termWords({ from, to }: Pick<SurveyCard, 'from' | 'to'>, today: string): string {
  if (today < from) return t('survey.starts_in', { n: days(today, from) })
  if (today > to) return t('survey.over')
  return today === to ? t('survey.last_day') : t('survey.days_left', { n: days(today, to) })
}

/** Whether a visit of that day counts. */
export const runs = ({ from, to }: Pick<SurveyCard, 'from' | 'to'>, today: string): boolean => from <= today && today <= to
