/** What people read of this library, in German. Log messages and `reason` are English and stand in the code. */
export const texts = {
  noAddress: 'AMQP_URL: keine Adresse der Form amqp://…',
} as const;
