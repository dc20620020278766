import { v7 } from 'uuid';

/**
 * A new identifier of whatever is stored: UUIDv7 (RFC 9562 §5.7), so that what comes later sorts later, and lies beside
 * its like in an index. Its first half is the time: what people tell apart is its end.
 */
export const newId = (): string => v7();
