/** Everything the worker says to people. */
export const texts = {
  databaseAndBrokerNeeded: 'DATABASE_URL und AMQP_URL sind nötig; „npm start“ setzt beide.',
  databaseAnswers: 'PostgreSQL antwortet',
  brokerConnected: 'RabbitMQ verbunden',
} as const;
