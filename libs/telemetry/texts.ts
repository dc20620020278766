/** What `/health/ready` and `doctor` say about a check that did not answer. */
export const texts = {
  noAnswer: (seconds: number) => `keine Antwort in ${seconds} s`,
  unreachable: (code: string) => `nicht erreichbar (${code})`,
  unreachableWithoutCode: 'nicht erreichbar',
} as const;
