// Made by `cargo run -p bidao-schema --bin gen` from the Rust types. Do not edit.
// What a compiled form is: the phone and the desk only read it.

/** A form of one version. Released versions are never edited; a change is a new version. */
export interface Form {
  /** Also the kind of its records. */
  name: string
  /** From 1. */
  version: number
  /** What a person calls it. */
  title: Label
  /** What a person would call one record, from its answers. */
  headline?: Expression | null
  /** Root fields that say what a record is about, if there is one record per such: its id and its beginning follow from them. Empty where every record is somebody's own. */
  identity?: string[]
  /** Who signs a record; none when nobody does. */
  attestation?: FormAttestation | null
  /** Sections in the order shown. */
  sections: Section[]
}

/** The same words in Chinese and English. */
export interface Label {
  /** zh-CN. */
  zh: string
  /** English. */
  en: string
}

/** A resolved expression. */
export type Expression =
  /** A text. */
  | {
      op: 'text'
      /** The text. */
      value: string
    }
  /** A number. */
  | {
      op: 'number'
      /** The number. */
      value: number
    }
  /** `true()` or `false()`. */
  | {
      op: 'boolean'
      /** Which. */
      value: boolean
    }
  /** `.`: the answer being checked. */
  | {
      op: 'this'
    }
  /** A field of the record. */
  | {
      op: 'root'
      /** Field name. */
      name: string
    }
  /** A field of the element the expression is evaluated in. */
  | {
      op: 'element'
      /** Field name. */
      name: string
    }
  /** A value of each present element of a repeat. */
  | {
      op: 'each'
      /** Name of the repeat. */
      repeat: string
      /** Only the lines that stand: the repeat is immutable ([`crate::lines`]). */
      standing?: boolean
      /** What of each element; its id when absent. */
      value?: Expression | null
      /** Which elements; all when absent. */
      filter?: Expression | null
    }
  /** Unary minus. */
  | {
      op: 'negate'
      /** Of what. */
      of: Expression
    }
  /** Two operands. */
  | {
      op: 'binary'
      /** The operator. */
      operator: Operator
      /** Left operand. */
      left: Expression
      /** Right operand. */
      right: Expression
    }
  /** A function. */
  | {
      op: 'call'
      /** Which. */
      function: FunctionName
      /** Its arguments, as many as it takes. */
      arguments: Expression[]
    }

/** A binary operator. */
export type Operator =
  /** True when one side is; the right side is not evaluated when the left decides. */
  | 'or'
  /** True when both sides are. */
  | 'and'
  /** `=` */
  | 'equal'
  /** `!=` */
  | 'not_equal'
  /** `<` */
  | 'less'
  /** `<=` */
  | 'less_or_equal'
  /** `>` */
  | 'greater'
  /** `>=` */
  | 'greater_or_equal'
  /** `+` */
  | 'add'
  /** `-` */
  | 'subtract'
  /** `*` */
  | 'multiply'
  /** `div` */
  | 'divide'
  /** `mod`: the rest has the sign of the left side. */
  | 'modulo'

/** A function; its text form is the name in kebab case. */
export type FunctionName =
  /** `if(test, then, else)`. */
  | 'if'
  /** `not(x)`. */
  | 'not'
  /** `coalesce(a, b, …)`: the first that is not empty. */
  | 'coalesce'
  /** `selected(list, code)`: whether a select answer holds a code. */
  | 'selected'
  /** `count-selected(list)`: how many codes. */
  | 'count-selected'
  /** `count(list)`: how many elements. */
  | 'count'
  /** `count-non-empty(list)`. */
  | 'count-non-empty'
  /** `sum(list)`. */
  | 'sum'
  /** `min(list)`; empty for none. */
  | 'min'
  /** `max(list)`; empty for none. */
  | 'max'
  /** `join(separator, list)`. */
  | 'join'
  /** `indexed-repeat(${members/name}, ${members}, id)`: the value in the element of that id. */
  | 'indexed-repeat'
  /** `today()`: the date in Asia/Shanghai, given by the caller. */
  | 'today'
  /** `date(x)`: days since 1970-01-01 as a date; a date stays; else empty. */
  | 'date'
  /** `format-date(date, '%Y%m%d')`: `%Y %m %d`, and `%n %e` without zeros. */
  | 'format-date'
  /** `string-length(x)`: in Unicode characters. */
  | 'string-length'
  /** `regex(x, 'pattern')`: whether the whole text matches. Portable subset: see `compile`. */
  | 'regex'
  /** `concat(a, b, …)`. */
  | 'concat'
  /** `substr(x, start, end?)`: characters from 0; negative counts from the end. */
  | 'substr'
  /** `starts-with(x, prefix)`. */
  | 'starts-with'
  /** `contains(x, part)`. */
  | 'contains'
  /** `number(x)`. */
  | 'number'
  /** `string(x)`. */
  | 'string'
  /** `int(x)`: towards zero. */
  | 'int'
  /** `round(x)`: halves up. */
  | 'round'

/** Who signs a record of the form (domain §6.11): it is signed when every party agreed to exactly its content. */
export interface FormAttestation {
  /** Who has to agree, in the order shown. */
  parties: FormParty[]
  /** Paths that may change without signing again, `phone` or `members/* /phone`. */
  immaterial?: string[]
}

/** Somebody whose agreement the form asks for. */
export interface FormParty {
  /** Stable name. */
  name: string
  /** What people call it. */
  label: Label
  /** Roles of an attestation that count for it. */
  roles: string[]
}

/** Fields that are shown together. */
export interface Section {
  /** Stable name; not part of a field path. */
  name: string
  /** Heading. */
  title: Label
  /** Shown only when this is true. */
  relevant?: Expression | null
  /** Fields in the order shown. */
  fields: Field[]
}

/** One compiled field. */
export interface Field {
  /** Key in the record, `[a-z][a-z0-9_]*`; never re-used for another meaning. */
  name: string
  /** Type. */
  type: FieldType
  /** The question. */
  label: Label
  /** A sentence under the question. */
  hint?: Label | null
  /** An answer is needed when this is true. */
  required?: Expression | null
  /** Asked only when this is true; none means always. */
  relevant?: Expression | null
  /** Rules over the answer. */
  constraints?: Constraint[]
  /** Value of a calculated field. */
  calculate?: Expression | null
  /** Set by the server only; a phone shows it. */
  read_only?: boolean
  /** A repeat of lines: a field of an element is written once, a correction is a new element ([`crate::lines`]). */
  immutable?: boolean
  /** Merge policy. */
  merge?: MergePolicy
  /** Privacy class. */
  privacy: Privacy
  /** Desks show its last four characters at most; identity numbers are so anyway ([`crate::mask`]). */
  masked?: boolean
  /** Choices of a select, in the order shown. */
  choices?: Choice[]
  /** Repeat of a member reference, kind of a record reference. */
  target?: string | null
  /** Fewest characters of a text. */
  min_length?: number | null
  /** Most characters of a text. */
  max_length?: number | null
  /** Smallest number, in the stored unit. */
  min?: number | null
  /** Largest number, in the stored unit. */
  max?: number | null
  /** Fields of each element of a repeat. */
  fields?: Field[]
}

/** The type of a field decides how its answer is stored (one scalar) and checked. */
export type FieldType =
  /** One line; string. */
  | 'text'
  /** Several lines; still one scalar string (domain §11-6). */
  | 'long_text'
  /** Whole number within ±2^53. */
  | 'integer'
  /** Finite number. */
  | 'decimal'
  /** Integer fen (domain §0.4). */
  | 'money'
  /** Integer hundredths of a mu (domain §0.4). */
  | 'area'
  /** `YYYY-MM-DD`, a real day. */
  | 'date'
  /** `YYYY-MM`. */
  | 'month'
  /** `HH:MM`, 24 hours, Asia/Shanghai. */
  | 'time'
  /** One code of `choices`. */
  | 'select_one'
  /** Codes of `choices` in one string, separated by single spaces (XLSForm). */
  | 'select_many'
  /** true or false. */
  | 'boolean'
  /** Mobile (11 digits) or landline number. */
  | 'phone'
  /** Citizen identity number, GB 11643-1999 (domain §7.4). */
  | 'id_number'
  /** 12 digits (domain §7.1). */
  | 'area_code'
  /** Element id of the repeat named by `target`, in the same record. */
  | 'member_ref'
  /** Record id (32 hex digits) of the kind named by `target`; `person` for a person, `record` for any kind. */
  | 'record_ref'
  /** Record ids in one string, separated by single spaces. */
  | 'record_refs'
  /** A file: the SHA-256 of its bytes, 64 lower-case hex digits. The bytes travel by themselves. */
  | 'file'
  /** A map of elements under random ids (32 hex digits), each a map of `fields`. */
  | 'repeat'
  /** Never stored: computed by `calculate` wherever it is needed. */
  | 'calculated'
  /** Only shown. */
  | 'note'

/** A rule over one answer; `.` is the answer. Not asked while the answer is empty. */
export interface Constraint {
  /** Holds when true. */
  test: Expression
  /** Said when it does not hold. */
  message: Label
  /** How much it matters. */
  severity: Severity
}

/** How much a broken rule matters. */
export type Severity =
  /** Blocks completion (never saving). */
  | 'error'
  /** Asks, never decides. */
  | 'warning'

/** Merge policy of a field. Both policies keep every value in the history; they differ in whether a person is asked. Equal concurrent values never conflict. */
export type MergePolicy =
  /** The document's winner is taken (LWW). */
  | 'latest'
  /** All values are shown and a person settles them (MVR). */
  | 'ask'

/** Privacy class (domain §0.4). */
export type Privacy =
  /** Public. */
  | 'P0'
  /** Internal. */
  | 'P1'
  /** Personal. */
  | 'P2'
  /** Sensitive personal. */
  | 'P3'

/** One choice. The code is what is stored; it never changes once released. */
export interface Choice {
  /** Letters, digits, `_` and `-`; no spaces, as many codes are stored in one string. */
  code: string
  /** What the person reads. */
  label: Label
}

/** One thing to look at. */
export interface Finding {
  /** Field path, `address` or `members/<id>/name`; empty for the record itself. */
  path: string
  /** Kind. */
  code: FindingCode
  /** Errors block completion, warnings ask. */
  severity: Severity
  /** What to do, in words. */
  message: Label
}

/** What kind of finding. */
export type FindingCode =
  /** The stored value is not of the field's type. */
  | 'type'
  /** An answer is needed. */
  | 'required'
  /** A rule of the form does not hold. */
  | 'constraint'
  /** Not one of the choices, or one twice. */
  | 'choice'
  /** Shorter or longer than allowed. */
  | 'length'
  /** Smaller or larger than allowed. */
  | 'range'
  /** Not a real day, month or time. */
  | 'date'
  /** Not a telephone number. */
  | 'phone'
  /** Not an identity number (GB 11643). */
  | 'id_number'
  /** Not a 12-digit area code. */
  | 'area_code'
  /** Not the SHA-256 of a file. */
  | 'file'
  /** Points to nothing. */
  | 'reference'
  /** More elements than are looked at. */
  | 'too_many'
  /** A line that does not stand, because another one corrects the same line. */
  | 'disputed'

/** A line and its state. */
export interface Line {
  /** Element id. */
  id: string
  /** What it counts for. */
  state: LineState
}

/** What a line counts for. */
export type LineState =
  /** It counts. */
  | 'standing'
  /** Another line corrects it. */
  | 'superseded'
  /** It was taken back. */
  | 'deleted'
  /** Others correct the same line: none of them counts until all but one were taken back. */
  | 'disputed'
