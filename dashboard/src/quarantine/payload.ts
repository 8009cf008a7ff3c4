/** JSON laid out for reading; anything else as it came. */
export function prettyPayload(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2)
  } catch {
    return payload
  }
}

/** Where a repaired text is still no JSON; null when it is. */
export function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    const at = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined
    return at === undefined ? '' : String(lineOf(text, Number(at)))
  }
}

function lineOf(text: string, position: number): number {
  return text.slice(0, position).split('\n').length
}
