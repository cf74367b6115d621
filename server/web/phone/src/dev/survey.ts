// A survey round of the phone in memory: the engine's own counting over plain answers.
import type { Answers, HouseholdCard, SurveyApi, SurveyPage } from '@engine/phone/api'
import { cardOf, housesOf, stateOf, visitsOf, type SurveyVisit } from '@engine/phone/survey'
import type { SurveyRound } from '@engine/schema'
import { addDays } from '@ui/format'
import { element, people } from './people'

interface Held { id: string; answers: Answers; review: string; createdAt: number }
interface Store { of(kind: 'household' | 'visit'): Held[]; home(held: never): HouseholdCard }

/** The seventh household was on no list; the first two groups are mine. */
function round(store: Store, village: string, today: string): SurveyRound {
  const [me, colleague] = people
  return {
    id: element(0x5001), name: '石桥镇秋季摸底', area: village, from: addDays(today, -6), to: addDays(today, 12), form: 'household/1', closed_at: null,
    criteria: '重度：无劳力、住危房、看不起病，占两项以上。\n中度：占一项。\n轻度：收入略低于标准，没有上面的情形。',
    groups: [
      { name: '第一调查组', members: [me?.id ?? ''], grounds: [{ village, group_name: '三组' }, { village, group_name: '二组' }] },
      { name: '第二调查组', members: [colleague?.id ?? ''], grounds: [{ village, group_name: null }] },
    ],
    listed: store.of('household').map((one) => one.id).sort().slice(0, 6),
  }
}

/** What `SurveyApi` needs, over the records in memory. */
export function fakeSurvey(store: Store, village: string, today: string): SurveyApi {
  const me = people[0]?.id ?? ''
  const open = [round(store, village, today)]
  const visits = (): SurveyVisit[] => store.of('visit').map(({ id, answers, createdAt }) => ({
    id, household: String(answers['household']), area: village, on: String(answers['occurred_on']), type: String(answers['visit_type']), outcome: String(answers['survey_outcome'] ?? ''), createdAt,
  }))
  const page = (one: SurveyRound): SurveyPage => {
    const houses = housesOf(one, me, store.of('household').map((held) => store.home(held as never)), visits())
    return { card: cardOf(one, me, houses), criteria: one.criteria, houses }
  }
  return {
    surveys: async () => open.map((one) => page(one).card),
    survey: async (id) => {
      const one = open.find((each) => each.id === id)
      if (!one) throw Object.assign(new Error(id), { code: 'not_found' })
      return page(one)
    },
    surveyOf: async (household) => {
      const one = open[0]
      if (!one) return null
      const came = visitsOf(one, visits()).get(household) ?? []
      return { id: one.id, name: one.name, state: stateOf(came.map((each) => each.outcome)), found: !one.listed.includes(household), begun: store.of('visit').some((held) => held.review === 'draft' && came.some((each) => each.id === held.id)) }
    },
  }
}
