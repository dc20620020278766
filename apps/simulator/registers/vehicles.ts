import { texts } from '../texts.js';

/** Who holds which vehicle, according to the simulated registration authorities. All are invented. */
export interface Holding {
  kennzeichen: string;
  familienname: string;
  vornamen: string;
  behoerde: string;
  /** ISO 8601. */
  zugelassenAm: string;
}

const holding = (
  kennzeichen: string,
  familienname: string,
  vornamen: string,
  behoerde: string,
  zugelassenAm: string,
): Holding => ({ kennzeichen, familienname, vornamen, behoerde: texts.nachweis.issuer(behoerde), zugelassenAm });

export const holdings: Holding[] = [
  holding('HN-ST 1234', 'Öztürk', 'Deniz', 'Heilbronn', '2022-05-03'),
  holding('S-ST 1984', 'Musterfrau', 'Erika', 'Stuttgart', '2019-07-11'),
  holding('UL-MN 95', 'Nguyễn', 'Thị Minh', 'Ulm', '2020-02-29'),
  holding('BB-JH 912E', 'Häberle', 'Jörg Änne', 'Böblingen', '2025-01-20'),
];

const same = (a: string, b: string) => bare(a) === bare(b);
const bare = (text: string) => text.normalize('NFC').toLocaleUpperCase('de').replace(/[\s-]/g, '');

/** Finds the holding of this vehicle by a person of this name. Other holders stay unknown. */
export const holderOf = ({ kennzeichen, familienname }: Pick<Holding, 'kennzeichen' | 'familienname'>) =>
  holdings.find((one) => same(one.kennzeichen, kennzeichen) && same(one.familienname, familienname));
