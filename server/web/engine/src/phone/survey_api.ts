// Door-to-door survey rounds 摸底调查, as the screens may ask for them. A part of `PhoneApi`.
import type { Coverage, HouseState } from '../schema'

/** An open round, as far as this phone knows it: everything of the last sync and its own work since. */
export interface SurveyCard {
  id: string
  name: string
  from: string
  to: string
  /** Every house of the round within reach of this phone. */
  coverage: Coverage
  /** Those of my survey groups; null when I am in none. */
  mine: Coverage | null
  /** Names of the survey groups I am in. */
  myGroups: string[]
}

/** A house of a round. */
export interface SurveyHouseCard {
  household: string
  /** Name of the head; empty when nobody wrote it yet. */
  title: string
  address: string | null
  village: string
  villageName: string
  /** Villagers' group 村民小组, empty where the register names none. */
  group: string
  /** Name of the survey group that goes there; null when nobody does. */
  surveyGroup: string | null
  /** Whether that is one of mine. */
  mine: boolean
  state: HouseState
  /** It was on no list when the round was opened. */
  found: boolean
  /** Visits of the round, and the day of the last one. */
  visits: number
  lastOn: string | null
  /** A visit was begun here and not handed in. */
  draft: boolean
  /** Something of it is only on this phone. */
  waiting: boolean
}

/** A round with its houses, by village, villagers' group and address. */
export interface SurveyPage { card: SurveyCard; criteria: string; houses: SurveyHouseCard[] }

/** Where a household stands in the round that runs today. */
export interface HouseSurvey {
  id: string
  name: string
  state: HouseState
  found: boolean
  /** A survey visit of the round was begun here and not handed in. */
  begun: boolean
}

export interface SurveyApi {
  /** Open rounds, the newest first. */
  surveys(): Promise<SurveyCard[]>
  /** Rejects with `not_found` when it is closed or out of reach. */
  survey(id: string): Promise<SurveyPage>
  /** The newest round that a visit of today counts for; null when there is none. */
  surveyOf(household: string): Promise<HouseSurvey | null>
}
