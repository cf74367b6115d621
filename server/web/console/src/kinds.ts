// The kinds of records the desk lists, in the order people expect them.
export const KINDS = ['household', 'visit', 'trip', 'stay', 'difficulty', 'dispute', 'income', 'measure', 'project', 'agreement', 'card', 'ledger']
