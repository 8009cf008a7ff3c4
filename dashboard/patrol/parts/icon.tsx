/** The few signs of the phone app, on the same grid as the desk's. */
const paths = {
  back: 'M14.5 5.5 8 12l6.5 6.5',
  next: 'M9.5 5.5 16 12l-6.5 6.5',
  down: 'M6 9.5 12 15l6-5.5',
  close: 'M6.5 6.5 17.5 17.5M17.5 6.5 6.5 17.5',
  check: 'M5 12.5 10 17.5 19.5 7',
  menu: 'M4 6.5h16M4 12h16M4 17.5h16',
  signal: 'M8.5 13.5a5 5 0 0 1 7 0M5.5 10.3a9.5 9.5 0 0 1 13 0M12 17.5v.2',
  away: 'M4 4l16 16M8.5 13.500a5 5 0 0 1 5-1.300M5.5 10.300A9.500 9.500 0 0 1 9 8M12.500 7.300a10 10 0 0 1 6 3M12 17.500v.2',
  scan: 'M4 4h6v6H4ZM14 4h6v6h-6ZM4 14h6v6H4ZM14 14h2.500M20 14v2.500M14 20v-2.500M17.500 17.500H20V20h-2.500',
  camera:
    'M4 8h3.500L9 5.500h6L16.500 8H20v11H4ZM12 10a3.300 3.300 0 1 0 0 6.600a3.300 3.300 0 1 0 0-6.600Z',
  upload: 'M12 15V4M7.500 8.500 12 4l4.500 4.500M4 14v5.500h16V14',
  warning: 'M12 4 21 19.500H3ZM12 10v4.500M12 16.900v.2',
  mic: 'M12 3.500a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0v-5a3 3 0 0 0-3-3ZM5.500 11.500a6.500 6.500 0 0 0 13 0M12 18v3',
  stop: 'M7 7h10v10H7Z',
  torch: 'M8 3.500h8v4l-2 3v10h-4v-10l-2-3ZM8 7.500h8M12 13v2',
  hand: 'M4 20l4.500-1L20 7.500 16.500 4 5 15.500ZM14 6.500 17.500 10',
  person: 'M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8ZM4.500 20.500c.6-4 3.600-6 7.500-6s6.900 2 7.500 6',
  reports: 'M6 3.500h12v17H6ZM9 8.500h6M9 12.500h6M9 16.500h3.500',
  tasks: 'M6 3.500h12v17H6ZM9 8h6M9 11.500h6M9.500 16l1.800 1.700 3.200-3.400',
  place:
    'M12 21c4.500-4.500 7-8 7-11.200A7 7 0 0 0 5 9.800C5 13 7.500 16.500 12 21ZM12 7.500a2.500 2.500 0 1 0 0 5a2.500 2.500 0 1 0 0-5Z',
  settings:
    'M4 7.500h9M17 7.500h3M4 16.500h3M11 16.500h9M15 5.500a2 2 0 1 0 0 4a2 2 0 1 0 0-4ZM9 14.500a2 2 0 1 0 0 4a2 2 0 1 0 0-4Z',
} as const

export type IconName = keyof typeof paths

export function Icon({ name, size = 28 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}
