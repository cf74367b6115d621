// The file of a household 一账一书一卡两表 and what it is made of, as the screens may ask for it. A part of
// `PhoneApi`. One set of data: the documents are views, nothing in them is asked twice.
import type { DocumentKind, DocumentState, IncomeAccount, Prompt, SigningState } from '../schema'
import type { Sheet, SheetDifference } from '../dossier/sheet'
import type { Answers, RecordCard, Saved, Value } from './api'

/** Kinds of which there is one record per household and period: a month `YYYY-MM` for income, else a year `YYYY`. */
export type FoundedKind = 'income' | 'card' | 'ledger'
/** Kinds of which a household may have many. */
export type AddedKind = 'measure' | 'project' | 'agreement'

/** A record of the file, opened. */
export interface DossierRecord { card: RecordCard; answers: Answers }

/** One of the five documents, as far as this phone knows it. */
export interface DocumentCard {
  kind: DocumentKind
  state: DocumentState
  /** Its record; null while missing. */
  record: string | null
  signing: SigningState
  /** Findings that block it. */
  findings: number
  conflicts: number
  /** Lines corrected otherwise on two phones, of which nobody has chosen one; they are among the findings too. */
  disputed: number
}

export interface DossierPage {
  household: string
  /** The month of D5 and, with its year, of D1 and D3. */
  month: string
  /** The five, in the order D4, D5, D1, D2, D3. */
  documents: DocumentCard[]
  /** Of five. */
  complete: number
  /** Statements, newest month first. */
  statements: (DossierRecord & { month: string })[]
  /** The account as of `month`, under the catalogue in force then; null while there is no statement. */
  account: IncomeAccount | null
  measures: DossierRecord[]
  projects: DossierRecord[]
  agreements: DossierRecord[]
  cards: DossierRecord[]
  ledgers: DossierRecord[]
}

/** One month of income, opened. */
export interface IncomePage {
  record: string
  household: string
  month: string
  /** As of this month, under the statement's own catalogue. */
  account: IncomeAccount
  /** The same under the catalogue in force now, and the items that would count otherwise; null when it is the same one.
      `again`: it differs so much that new signatures are asked for; else those there are (`signed`) stand. */
  newer: { account: IncomeAccount; catalogue: number; flipped: string[]; signed: boolean; again: boolean } | null
  /** What is asked and not yet answered. */
  prompts: Prompt[]
  /** Animals this month has to do with, how many there were at its start in hundredths (null: nobody ever counted them), and the element that says so here. */
  stock: { animal: string; start: number | null; element: string | null }[]
  /** Members who live there now, and whether the statement counts them. */
  members: { id: string; name: string; relation: string; counted: boolean }[]
  /** Items of this month that do not count under its catalogue. */
  uncounted: string[]
  /** The last twelve months, the newest first, each with its statement if there is one. */
  months: { month: string; record: string | null }[]
  /** The statement of the month before. */
  before: string | null
}

/** The page of a card or a ledger: what the file says now beside what was written last. */
export interface SheetPage {
  record: string
  kind: 'card' | 'ledger'
  household: string
  year: string
  now: Sheet
  written: Sheet | null
  /** What the file says otherwise than the page that was written. */
  differences: SheetDifference[]
}

export interface DossierApi {
  /** `month`: of D5, and with its year of D1 and D3. */
  dossier(household: string, month: string): Promise<DossierPage>
  /** Opens the record of that period, or begins it: on every phone it is the same one. Answers its id. */
  begin(kind: FoundedKind, household: string, period: string): Promise<string>
  /** A new measure, project or agreement. Answers its id. */
  addTo(household: string, kind: AddedKind, answers: { [field: string]: Value }): Promise<string>
  income(record: string): Promise<IncomePage>
  /** Answers a prompt; the answer is kept beside the lines (domain §8.6). `said`: the sentence that was shown. */
  answerPrompt(record: string, prompt: Prompt, said: string, answer: 'as_entered' | 'corrected' | 'household_confirms'): Promise<Saved>
  /** What a card or ledger would say now. */
  sheet(record: string): Promise<SheetPage>
  /** Writes what the file says now, and the day, in one change. */
  issueSheet(record: string): Promise<Saved>
}
