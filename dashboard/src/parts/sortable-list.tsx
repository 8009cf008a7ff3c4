import { Button } from 'antd'
import { type ReactNode, useRef, useState } from 'react'
import { Icon } from './icon.tsx'
import { moved } from './moved.ts'
import './sortable-list.css'

interface SortableListProps {
  label: string
  items: readonly { id: string; name: string; note?: ReactNode }[]
  /** What the buttons are called for the thing they move. */
  words: Record<'up' | 'down' | 'take', (name: string) => string>
  onChange: (ids: string[]) => void
}

/** Things in an order: pulled by the mouse, or moved by buttons. */
export function SortableList({ label, items, words, onChange }: SortableListProps) {
  const dragged = useRef<number | null>(null)
  const [over, setOver] = useState<number | null>(null)
  const ids = items.map(({ id }) => id)

  function drop(at: number): void {
    if (dragged.current !== null) onChange(moved(ids, dragged.current, at))
    dragged.current = null
    setOver(null)
  }

  return (
    <ol className="sortable" aria-label={label}>
      {items.map(({ id, name, note }, index) => (
        <li
          key={id}
          draggable
          data-item={id}
          className={over === index ? 'is-over' : undefined}
          onDragStart={() => {
            dragged.current = index
          }}
          onDragOver={(event) => {
            event.preventDefault()
            setOver(index)
          }}
          onDragEnd={() => setOver(null)}
          onDrop={() => drop(index)}
        >
          <span className="sortable-number">{index + 1}</span>
          <span className="sortable-name">
            {name}
            {note}
          </span>
          <Button
            type="text"
            size="small"
            aria-label={words.up(name)}
            icon={<Icon name="up" size={16} />}
            disabled={index === 0}
            onClick={() => onChange(moved(ids, index, index - 1))}
          />
          <Button
            type="text"
            size="small"
            aria-label={words.down(name)}
            icon={<Icon name="down" size={16} />}
            disabled={index === ids.length - 1}
            onClick={() => onChange(moved(ids, index, index + 1))}
          />
          <Button
            type="text"
            size="small"
            aria-label={words.take(name)}
            icon={<Icon name="close" size={16} />}
            onClick={() => onChange(ids.filter((one) => one !== id))}
          />
        </li>
      ))}
    </ol>
  )
}
