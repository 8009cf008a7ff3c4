import { encodeQR } from 'qr'
import type { sheetWords } from './sheet-words.ts'
import type { SheetLabel } from './tag-sheet.ts'

/** One label of a tag sheet: whose it is, the code, which point it is, and what to do. */

export interface LabelFonts {
  regular: string
  bold: string
}

interface LabelBox {
  x: number
  y: number
  width: number
  height: number
  town: string
  fonts: LabelFonts
  words: (typeof sheetWords)['zh']
}

interface Line {
  text: string
  y: number
  height: number
  /** The largest; it shrinks to two thirds before anything is cut off. */
  size: number
  font: string
  align?: 'left' | 'center' | 'right'
}

/** Away from the cut: scissors are not exact. */
const inset = 11
const ink = '#000000'
const paleInk = '#555555'
/** Modules of white around a code (ISO/IEC 18004, 9.1). */
const quietModules = 4

function drawLine(doc: PDFKit.PDFDocument, box: LabelBox, line: Line): void {
  const { text, height, font, align = 'center' } = line
  const width = box.width - 2 * inset
  let { size } = line
  doc.font(font).fontSize(size)
  while (size > (line.size * 2) / 3 && doc.heightOfString(text, { width }) > height) {
    size -= 0.5
    doc.fontSize(size)
  }
  const used = Math.min(doc.heightOfString(text, { width }), height)
  const top = line.y + (height - used) / 2
  doc.text(text, box.x + inset, top, { width, height, align, ellipsis: '…' })
}

function drawCode(
  doc: PDFKit.PDFDocument,
  url: string,
  square: { x: number; y: number; side: number },
): void {
  const rows = encodeQR(url, 'raw', { ecc: 'quartile', border: quietModules })
  const module = square.side / rows.length
  // One shape of all that is dark: between shapes a hair of white may show.
  for (const [row, cells] of rows.entries()) {
    for (let from = 0; from < cells.length; from++) {
      if (!cells[from]) continue
      const start = from
      while (cells[from + 1]) from++
      doc.rect(
        square.x + start * module,
        square.y + row * module,
        (from + 1 - start) * module,
        module,
      )
    }
  }
  doc.fill(ink)
}

function drawInstead(doc: PDFKit.PDFDocument, box: LabelBox, lines: readonly string[]): void {
  const frame = { width: box.height * 0.72, height: box.height * 0.4 }
  const [x, y] = [box.x + (box.width - frame.width) / 2, box.y + box.height * 0.19]
  doc.roundedRect(x, y, frame.width, frame.height, 6).lineWidth(0.8).stroke(paleInk)
  doc.fillColor(ink)
  const height = box.height * 0.08
  const first = y + (frame.height - height * lines.length) / 2
  for (const [index, text] of lines.entries()) {
    const line = { y: first + index * height, height, size: box.height * 0.052 }
    drawLine(doc, { ...box, x, width: frame.width }, { ...line, text, font: box.fonts.regular })
  }
}

export function drawLabel(doc: PDFKit.PDFDocument, label: SheetLabel, box: LabelBox): void {
  const { fonts, words, height } = box
  /** By shares of the label's height: where it begins, how high it is, and its letters. */
  const band = (top: number, high: number, size: number) => ({
    y: box.y + height * top,
    height: height * high,
    size: height * size,
  })
  const head = { ...band(0.05, 0.065, 0.04), font: fonts.regular }
  const half = box.width / 2
  doc.fillColor(paleInk)
  drawLine(doc, { ...box, width: half }, { ...head, text: box.town, align: 'left' })
  const right = { ...box, x: box.x + half, width: half }
  drawLine(doc, right, { ...head, text: label.id, align: 'right' })

  if (label.url === null) {
    const { reader, qrRotating } = words.instead
    drawInstead(doc, box, label.tag === 'reader' ? reader : qrRotating)
  } else {
    const side = height * 0.56
    drawCode(doc, label.url, { x: box.x + (box.width - side) / 2, y: box.y + height * 0.105, side })
  }

  doc.fillColor(ink)
  drawLine(doc, box, { ...band(0.655, 0.155, 0.062), text: label.name, font: fonts.bold })
  doc.fillColor(paleInk)
  drawLine(doc, box, { ...band(0.81, 0.065, 0.042), text: label.place, font: fonts.regular })
  doc.fillColor(ink)
  drawLine(doc, box, { ...band(0.88, 0.075, 0.05), text: words.act[label.tag], font: fonts.bold })
}
