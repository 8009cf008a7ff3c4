import { Input, type InputRef } from 'antd'
import { useEffect, useRef, useState } from 'react'

interface DayInputProps {
  label: string
  /** YYYY-MM-DD; empty: none. */
  value: string
  min?: string | undefined
  max?: string | undefined
  onChange: (day: string) => void
}

/**
 * The browser's own calendar. While it is empty it says what it is for: a browser in another
 * language would show its own pattern there.
 */
export function DayInput({ label, value, min, max, onChange }: DayInputProps) {
  const [isFocused, setFocused] = useState(false)
  const field = useRef<InputRef>(null)
  const isDate = isFocused || value !== ''
  useEffect(() => {
    if (!isFocused) return
    try {
      field.current?.input?.showPicker()
    } catch {
      // Without a click the browser keeps its calendar closed; the day can be typed.
    }
  }, [isFocused])
  return (
    <Input
      ref={field}
      type={isDate ? 'date' : 'text'}
      placeholder={label}
      aria-label={label}
      value={value}
      min={min}
      max={max}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
