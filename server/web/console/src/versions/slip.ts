// What goes on the slip a household keeps: the signed content without identity numbers and without
// anything of class P3, because paper lies around (domain §12.3, §13.6).
import type { Block, Line } from '../records/lines'
import { isEmpty } from '../value'

/** Digits as many as identity and bank card numbers have, or an identity number in groups of 6, 8 and 4. */
const NUMBER = /[0-9０-９]{15,}[XxＸｘ]?|[0-9]{6}[ -][0-9]{8}[ -][0-9]{3}[0-9Xx]/g

/** A text without the numbers of documents and cards that somebody wrote into it. */
export function withoutNumbers(text: string): string {
  return text.replace(NUMBER, '••••')
}

/** The blocks of a slip, and how many answers are not on it. */
export interface Slip {
  blocks: Block[]
  left: number
}

function printable(line: Line): boolean {
  // A field this form does not know has no class: it stays away.
  return line.field !== undefined && line.field.privacy !== 'P3' && line.field.type !== 'id_number'
}

/** Takes away what paper must not carry; removed elements and empty answers go without being counted. */
export function slipOf(blocks: Block[]): Slip {
  let left = 0
  const kept = blocks.filter((block) => block.removed === null).map((block) => {
    const lines = block.lines.filter((line) => !isEmpty(line.value))
    const own = lines.filter(printable)
    left += lines.length - own.length
    return { ...block, lines: own }
  })
  return { blocks: kept.filter((block) => block.lines.length > 0), left }
}
