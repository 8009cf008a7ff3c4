import { setImmediate as breathe } from 'node:timers/promises'
import PdfWriter from 'pdfkit'
import type { TagKind } from '../../domain/patrol.ts'
import { createLetters } from './glyph-outlines.ts'
import { drawLabel, type LabelFonts } from './label.ts'
import { type SheetLanguage, sheetWords } from './sheet-words.ts'
import { writeTrueType } from './true-type.ts'

/**
 * A4 pages of labels to cut out and put up: a code to scan, and in words where it belongs. Codes and
 * letters are drawn as shapes, so that any printer prints them sharp.
 */

export interface SheetLabel {
  /** Id of the point. */
  id: string
  name: string
  /** Village and grid, by name. */
  place: string
  tag: TagKind
  /** What its code says; null: there is none to print. */
  url: string | null
}

export interface TagSheet {
  town: string
  labels: readonly SheetLabel[]
  perPage: 6 | 12
  language: SheetLanguage
  /** When it is made, epoch ms. */
  at: number
}

const page = { width: 595.28, height: 841.89 }
const margin = 28.35
const grids = { 6: { columns: 2, rows: 3 }, 12: { columns: 3, rows: 4 } }
const marks = { outside: 17, inside: 4 }

/** Regular and bold, of the characters of this sheet alone. */
async function addFonts(doc: PDFKit.PDFDocument, sheet: TagSheet): Promise<LabelFonts> {
  const words = sheetWords[sheet.language]
  const texts = [
    sheet.town,
    ...sheet.labels.flatMap(({ id, name, place }) => [id, name, place]),
    ...Object.values(words.act),
    ...Object.values(words.instead).flat(),
    '…',
  ]
  const characters = new Set(texts.join(''))
  const fonts = { regular: 'regular', bold: 'bold' }
  for (const [name, weight] of [
    [fonts.regular, 400],
    [fonts.bold, 700],
  ] as const) {
    const outlines = await createLetters(weight).outlines(characters)
    doc.registerFont(name, writeTrueType({ name: `NotoSansSC-${weight}`, outlines }))
  }
  return fonts
}

/** Where to cut: a line outside at each end of a cut, and a cross where two meet. */
function drawCutMarks(doc: PDFKit.PDFDocument, { columns, rows }: (typeof grids)[6]): void {
  const width = (page.width - 2 * margin) / columns
  const height = (page.height - 2 * margin) / rows
  for (let column = 0; column <= columns; column++) {
    for (let row = 0; row <= rows; row++) {
      const [x, y] = [margin + column * width, margin + row * height]
      const isInside = column % columns !== 0 && row % rows !== 0
      const arm = (isOuter: boolean) => (isOuter ? marks.outside : isInside ? marks.inside : 0)
      doc.moveTo(x - arm(column === 0), y).lineTo(x + arm(column === columns), y)
      doc.moveTo(x, y - arm(row === 0)).lineTo(x, y + arm(row === rows))
    }
  }
  doc.lineWidth(0.4).strokeColor('#888888').stroke()
}

function collect(doc: PDFKit.PDFDocument): Promise<Buffer> {
  const chunks: Buffer[] = []
  return new Promise((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk))
    doc.on('end', () => resolve(Buffer.concat(chunks)))
    doc.on('error', reject)
  })
}

export async function drawTagSheet(sheet: TagSheet): Promise<Buffer> {
  const words = sheetWords[sheet.language]
  const info = { Title: `${words.title} ${sheet.town}`, CreationDate: new Date(sheet.at) }
  const doc = new PdfWriter({ size: 'A4', margin: 0, autoFirstPage: false, info })
  const whole = collect(doc)
  const fonts = await addFonts(doc, sheet)
  const grid = grids[sheet.perPage]
  const box = {
    width: (page.width - 2 * margin) / grid.columns,
    height: (page.height - 2 * margin) / grid.rows,
  }
  for (const [index, label] of sheet.labels.entries()) {
    const place = index % sheet.perPage
    if (place === 0) {
      // A page takes some milliseconds; what waits for the gateway does not wait for all of them.
      await breathe()
      doc.addPage()
      drawCutMarks(doc, grid)
    }
    drawLabel(doc, label, {
      ...box,
      x: margin + (place % grid.columns) * box.width,
      y: margin + Math.floor(place / grid.columns) * box.height,
      town: sheet.town,
      fonts,
      words,
    })
  }
  doc.end()
  return whole
}
