/** What this adapter says to people: in connection tests and reasons. */
export const texts = {
  check: {
    away: 'Das Übungsverfahren ist nicht da.',
    there: 'Das Übungsverfahren ist da.',
  },

  outcomes: {
    later: 'Das Übungsverfahren ist gerade nicht da.',
    rejected: 'Das Übungsverfahren lehnt jede Sendung ab.',
    misconfigured: 'Das Übungsverfahren ist auf „misconfigured“ gestellt.',
    unknown: 'Das Übungsverfahren hat nach dem Senden geschwiegen.',
  },
} as const;
