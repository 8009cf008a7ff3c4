import type { CSSProperties, ReactNode } from 'react'
import './sheet.css'

export interface SheetColumn<T> {
  key: string
  label: string
  /** As in grid-template-columns. */
  width: string
  render: (row: T) => ReactNode
  /** Not worth its room on small office screens, or on phones. */
  drop?: 'middle' | 'phone'
  isEnd?: boolean
}

interface SheetProps<T> {
  label: string
  columns: readonly SheetColumn<T>[]
  rows: readonly T[]
  keyOf: (row: T) => string | number
  isQuiet?: (row: T) => boolean
}

/** A table of few columns; on a phone the first cell leads and the others follow with their names. */
export function Sheet<T>({ label, columns, rows, keyOf, isQuiet }: SheetProps<T>) {
  const style = {
    '--sheet': columns.map((column) => column.width).join(' '),
    '--sheet-middle': columns
      .filter((column) => column.drop !== 'middle')
      .map((column) => column.width)
      .join(' '),
  } as CSSProperties
  const classOf = ({ drop, isEnd }: SheetColumn<T>) =>
    `sheet-cell${drop ? ` drops-${drop}` : ''}${isEnd ? ' is-end' : ''}`
  return (
    <div className="panel sheet" role="table" aria-label={label} style={style}>
      <div className="sheet-row sheet-head" role="row">
        {columns.map((column) => (
          <span key={column.key} className={classOf(column)} role="columnheader">
            {column.label}
          </span>
        ))}
      </div>
      {rows.map((row) => (
        <div
          key={keyOf(row)}
          className={isQuiet?.(row) ? 'sheet-row is-quiet' : 'sheet-row'}
          role="row"
          data-row={keyOf(row)}
        >
          {columns.map((column) => (
            <div key={column.key} className={classOf(column)} role="cell" data-label={column.label}>
              {column.render(row)}
            </div>
          ))}
        </div>
      ))}
    </div>
  )
}

/** The same shape while it is asked for. */
export function SheetSkeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div className="panel sheet" aria-busy="true">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="sheet-row sheet-waiting">
          <span className="skeleton" />
        </div>
      ))}
    </div>
  )
}
