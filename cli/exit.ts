/** Exit codes of every command. */
export const EXIT = {
  /** All done. */
  done: 0,
  /** Nothing usable, or an internal error. */
  failed: 1,
  /** Called with wrong arguments. */
  usage: 2,
  /** Done, but some series are in quarantine. */
  quarantined: 3,
} as const;
