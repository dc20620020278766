/** Asks the console in the name of whoever is signed in. Throws a sentence when it refuses. */
export interface Api {
  // biome-ignore lint/suspicious/noExplicitAny: the caller names the type of the answer
  get<T = any>(path: string): Promise<T>;
  // biome-ignore lint/suspicious/noExplicitAny: the caller names the type of the answer
  post<T = any>(path: string, body?: unknown): Promise<T>;
}
