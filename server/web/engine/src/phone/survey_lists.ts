// The survey rounds of the book: open rounds of the reference data over the rows as they are now.
import { dateAt } from '../context'
import type { SurveyRound } from '../schema'
import { Aliases } from './alias'
import type { HouseSurvey, SurveyCard, SurveyPage } from './api'
import type { Book } from './book'
import { Failure } from './failure'
import { Lists } from './lists'
import { reviewOf } from './row'
import { cardOf, housesOf, isWithin, listedIn, stateOf, visitsOf, type SurveyVisit } from './survey'

/** Newest first. */
export function surveys(book: Book): SurveyCard[] {
  return open(book).map((round) => page(book, round).card)
}

export function surveyPage(book: Book, id: string): SurveyPage {
  const round = open(book).find((one) => one.id === id)
  if (!round) throw new Failure('not_found', `no survey round ${id}`)
  return page(book, round)
}

export function houseSurvey(book: Book, household: string): HouseSurvey | null {
  const today = dateAt(book.context.now())
  const { area } = book.row(household)
  const round = open(book).find((one) => one.from <= today && today <= one.to && isWithin(one.area, area))
  if (!round) return null
  const aliases = new Aliases(book.state.reference)
  const family = aliases.kept(household)
  const came = visitsOf(round, visits(book), aliases).get(family) ?? []
  const begun = came.map((one) => book.row(one.id)).some((row) => row.mine && reviewOf(row) === 'draft')
  return { id: round.id, name: round.name, state: stateOf(came.map((one) => one.outcome)), found: !listedIn(round, aliases).has(family), begun }
}

function page(book: Book, round: SurveyRound): SurveyPage {
  const { person } = book.identity
  // What left this phone's reach only stays until it is sent; it is no house to go to.
  const homes = new Lists(book).households().filter((home) => !book.row(home.id).leaving)
  const houses = housesOf(round, person, homes, visits(book), new Aliases(book.state.reference))
  return { card: cardOf(round, person, houses), criteria: round.criteria, houses }
}

function open(book: Book): SurveyRound[] {
  // Reference data kept by an older version of the app has no rounds.
  const rounds = (book.state.reference as { surveys?: SurveyRound[] } | undefined)?.surveys ?? []
  return rounds.filter((round) => round.closed_at === null).sort((a, b) => (a.from === b.from ? (a.id < b.id ? -1 : 1) : a.from < b.from ? 1 : -1))
}

function visits(book: Book): SurveyVisit[] {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  return [...book.rows.values()].flatMap((row) => {
    if (row.kind !== 'visit' || row.household === null || row.date === null) return []
    return [{ id: row.id, household: row.household, area: row.area, on: row.date, type: text(row.facts['visit_type']), outcome: text(row.facts['survey_outcome']), createdAt: row.createdAt }]
  })
}
