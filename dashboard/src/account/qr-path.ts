import { create } from 'qrcode'

export interface QrPath {
  /** Of an SVG path: a square of 1 by 1 for each dark module. */
  path: string
  /** Modules along one side. */
  size: number
}

/** The code is drawn here, in the page: nothing that is a secret goes to anybody who draws pictures. */
export function qrPath(text: string): QrPath {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const rows: string[] = []
  for (let y = 0; y < modules.size; y++) {
    for (let x = 0; x < modules.size; x++) {
      if (modules.get(y, x)) rows.push(`M${x} ${y}h1v1h-1z`)
    }
  }
  return { path: rows.join(''), size: modules.size }
}
