import { closeBuffer, openBuffer, ParseOption, readBuffer, xmlRegisterInputProvider } from 'libxml2-wasm';

/** No network, no external entity, no catalog of the system. */
export const parseOption =
  ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NO_SYS_CATALOG;

/** How the addresses begin that {@link withFiles} serves. */
export const scheme = 'stellwerk:';

let current: ((address: string) => string) | undefined;

/**
 * While `work` runs, libxml2 reads addresses of ours through `read`, and no others. libxml2
 * has one list of input providers for the whole process, so there is one provider, which asks the current `read`.
 */
export function withFiles<T>(read: (address: string) => string, work: () => T): T {
  current = read;
  try {
    return work();
  } finally {
    current = undefined;
  }
}

xmlRegisterInputProvider({
  match: (address) => current !== undefined && address.startsWith(scheme),
  open: (address) => openBuffer(Buffer.from(current!(address))),
  read: readBuffer,
  close(handle) {
    closeBuffer(handle);
    return true;
  },
});
