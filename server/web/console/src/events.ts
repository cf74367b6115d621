// Server-Sent Events out of a stream that arrives in pieces of any size.

/** Takes the stream's text in any pieces and names each event that is complete (HTML §9.2.6). */
export function eventParser(emit: (name: string, data: string) => void): (piece: string) => void {
  let rest = ''
  let name = 'message'
  let data: string[] = []
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) emit(name, data.join('\n'))
        name = 'message'
        data = []
      } else if (line.startsWith('event:')) name = line.slice(6).trim()
      else if (line.startsWith('data:')) data.push(line.slice(5).trim())
    }
  }
}
