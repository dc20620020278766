/** Settings with which every server takes a port that is free. */
export const anyPorts = {
  SIMULATOR_SMTP_PORT: '0',
  SIMULATOR_SFTP_PORT: '0',
  SIMULATOR_TLS_PORT: '0',
  SIMULATOR_XTA_PORT: '0',
};
