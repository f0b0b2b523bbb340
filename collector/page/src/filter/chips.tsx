import { filterBy, place } from "../shell/place.ts";
import { hasTerm, withTerm, withoutTerm } from "./terms.ts";

export const ERRORS = "error:*";

interface Chip {
  readonly label: string;
  readonly term: string;
  /** Terms that this one takes the place of. */
  readonly replaces?: RegExp;
}

const CHIPS: readonly Chip[] = [
  { label: "Errors", term: ERRORS },
  { label: "Slow", term: "duration:>1s", replaces: /^duration:/ },
  { label: "Retries", term: "attempt:>1", replaces: /^attempt:/ },
  { label: "15 min", term: "last:15m", replaces: /^(?:last|from|to):/ },
  { label: "1 h", term: "last:1h", replaces: /^(?:last|from|to):/ },
];

/** Puts a term into the filter, or takes it out. */
export function toggle(term: string, replaces?: RegExp): void {
  const { q } = place.value;
  filterBy(hasTerm(q, term) ? withoutTerm(q, term) : withTerm(q, term, replaces));
}

/** The questions that are asked most. */
export function Chips() {
  return (
    <div class="chips" role="group" aria-label="Quick filters">
      {CHIPS.map(({ label, term, replaces }) => (
        <button
          key={term}
          type="button"
          class="chip"
          title={term}
          aria-pressed={hasTerm(place.value.q, term)}
          onClick={() => toggle(term, replaces)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
