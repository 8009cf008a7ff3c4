/** Points the way: up is where the phone looks, or north without a compass. */
export function Arrow({ bearing, heading }: { bearing: number; heading: number | null }) {
  const turn = Math.round(bearing - (heading ?? 0))
  return (
    <svg className="arrow" viewBox="0 0 112 112" aria-hidden="true">
      <circle cx="56" cy="56" r="54" className="arrow-ground" />
      <g className="arrow-turn" style={{ transform: `rotate(${turn}deg)` }}>
        <path d="M56 24 80 84 56 71 32 84Z" />
      </g>
    </svg>
  )
}
