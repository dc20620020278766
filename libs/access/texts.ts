import type { Role } from './rights.js';

/** Why a request is refused. */
export const texts = {
  noToken: 'Es fehlt ein Bearer-Token im Kopf „Authorization“.',
  unknownClientOrRole: 'Das Token nennt keinen Client oder keine Rolle, die Stellwerk kennt.',
  developmentClient: 'Das Token gehört einem Client zum Entwickeln; hier gilt es nicht.',
  tokenExpired: 'Das Token ist abgelaufen.',
  otherTokenType: 'Das Token ist kein Zugriffstoken (Kopf „typ“).',
  tokenTooLong: 'Das Token gilt länger, als hier ein Token gelten darf.',
  tokenInvalid: 'Das Token gilt hier nicht.',
  issuerUnreachable: 'Der Anmeldedienst ist nicht erreichbar; bitte später noch einmal versuchen.',
  tooManyFailures: 'Von hier kamen zu viele Anmeldungen, die nicht gelten; bitte später noch einmal versuchen.',
  closedRoute: 'Diese Adresse ist für niemanden freigegeben.',
  roleOrScope: (role: Role) => `Die Rolle dieses Zugangs (${role}) oder sein Scope erlaubt das nicht.`,
  foreignRegion:
    'Diese Region gehört nicht zu diesem Zugang. Für eine Gemeinde handelt eine Ebene darüber nur mit deren Mandat.',
} as const;
