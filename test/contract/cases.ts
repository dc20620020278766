/** What a check of the suite means, in German, by its name. */
interface Case {
  /** What is then true of the adapter, for those who read its report. */
  says: string;
  /** What is usually missing where it is not, for its author. */
  hint: string;
}

const refusals = 'tools/outcomes.ts (refusalOf) deutet die üblichen Antworten; eigene Wörter des Ziels kommen davor.';
const bound = 'boundSet im Manifest nennt Adresse, Zugangsdaten und Zertifikate zusammen.';
const doubt = 'Nach dem Senden ist jede unklare Antwort ein Zweifel: Fehler durchlassen, nicht in rejected verwandeln.';

export const cases: Record<string, Case> = {
  'has a true and complete manifest, and an introduction': {
    says: 'Das Manifest ist vollständig, jeder Parameter ist beschrieben, und es gibt eine Einführung.',
    hint: "Jeder Parameter braucht .describe('…') auf Deutsch, und im Ordner liegt ein README.md.",
  },
  'has a title for every part of what it answers': {
    says: 'Jeder Teil einer Antwort hat im Manifest einen deutschen Titel.',
    hint: 'In `attributes` fehlt der Titel dieses Teils, nach seinem Pfad: `anschrift.strasse`.',
  },
  'P3 marks as secret every parameter that sounds like one': {
    says: 'Jeder Parameter, der nach einem Geheimnis klingt, ist als geheim gekennzeichnet.',
    hint: 'Diesen Parametern fehlt .meta({ secret: true }).',
  },
  'P3 refuses a value that does not fit without repeating it': {
    says: 'Ein falscher Wert wird zurückgewiesen, ohne ihn zu wiederholen.',
    hint: 'Meldungen der Parameter nennen den Wert nicht; parameters.parse(…) steht vor allem anderen.',
  },
  'goes no way round its context': {
    says: 'Der Adapter nutzt weder Dateien noch Sockets, Uhren, Konsole oder Umgebung am Kern vorbei.',
    hint:
      'Alles nach außen geht über context.http, context.connect oder context.folder, die Zeit über ' + 'context.now().',
  },
  'a register says what it can be asked for': {
    says: 'Das Register sagt, wonach es gefragt werden kann.',
    hint: 'attributes im Manifest: Name → deutscher Titel.',
  },
  'speaks to nobody, says why, and ends as declared': {
    says: 'Der Adapter spricht auf diesem Weg mit niemandem und sagt, warum.',
    hint: 'withoutTarget nennt den Grund, ends das Ergebnis, in dem deliver mit diesen Werten endet.',
  },
  'gives a reason for everything that cannot be tried': {
    says: 'Was sich nicht prüfen lässt, hat einen Grund.',
    hint:
      'fixtures: Für jede Störung, die in troubles fehlt, steht der Grund in cannot; volatile nennt, was ' +
      'im Manifest steht.',
  },
  'takes every setting that a release took': {
    says: 'Was eine frühere Version als Einstellung annahm, gilt weiter.',
    hint:
      'released.json nennt jeden Parameter der letzten Version mit Werten (samples); Pflichtparameter ' +
      'kommen nicht dazu.',
  },
  'check says step by step that all is well': {
    says: 'Der Verbindungstest bestätigt Schritt für Schritt eine Verbindung, die stimmt.',
    hint: 'Bekommt der Adapter die Adresse und die Zugangsdaten, unter denen der Fake antwortet?',
  },
  'check names the parameter when credentials are wrong': {
    says: 'Der Verbindungstest nennt den Parameter, wenn die Zugangsdaten falsch sind.',
    hint:
      'check endet dann mit dem Schritt authenticate, ok: false, und parameter ist der von ' +
      'wrongCredentials.blames.',
  },
  'check names the connection when nobody listens': {
    says: 'Der Verbindungstest nennt die Verbindung, wenn niemand antwortet.',
    hint: 'check fängt den Fehler von context.http nicht: Der Kern macht daraus den Schritt connect.',
  },
  'check names the connection when it drops': {
    says: 'Der Verbindungstest nennt die Verbindung, wenn sie abbricht.',
    hint: 'check fängt den Fehler von context.http nicht: Der Kern macht daraus den Schritt connect.',
  },
  'check names TLS when the target speaks none': {
    says: 'Der Verbindungstest nennt TLS, wenn das Ziel keines spricht.',
    hint: 'check fängt den Fehler von context.http nicht; address der Fixture ist der Parameter mit der Adresse.',
  },
  'check names TLS when the certificate has run out': {
    says: 'Der Verbindungstest nennt TLS, wenn das Zertifikat abgelaufen ist.',
    hint: 'check fängt den Fehler nicht; nimmt der Adapter eine eigene Zertifizierungsstelle, nennt sie authority.',
  },
  'check ends at the deadline when the target hangs, and leaves nothing running': {
    says: 'Der Verbindungstest endet rechtzeitig, wenn das Ziel hängt.',
    hint: 'check endet, wenn context.signal es sagt, und lässt nichts weiterlaufen.',
  },
  'check says no when the target is there but disturbed': {
    says: 'Der Verbindungstest sagt Nein, wenn das Ziel zwar da, aber gestört ist.',
    hint: 'Ein Schritt ist ok: false, auch wenn die Störung in einer Antwort mit 200 steht.',
  },
  'delivers every Leistung that it accepts in every format that it declares, as its schema says': {
    says: 'Jede Leistung kommt in jedem Format an, das der Adapter nennt.',
    hint:
      'deliver muss in delivered enden, mit dem Kennzeichen des Ziels; effects des Fakes zählt eine ' +
      'Wirkung je Sendung.',
  },
  'delivers every character, empty and large attachments unchanged': {
    says: 'Jedes Zeichen und jede Anlage, leer oder groß, kommt unverändert an.',
    hint:
      'unpack liefert texts und files aus dem, was ankam; sendet der Adapter keine Anlagen, sagt ' +
      'cannot.attachments warum.',
  },
  'hands over what a register said, and where it differs from the form, in every format': {
    says: 'Was ein Register sagte und worin es vom Formular abweicht, kommt in jedem Format an.',
    hint: 'Die ganze message gehört in das, was gesendet wird.',
  },
  'refuses what is too large for its target before anything leaves': {
    says: 'Was für das Ziel zu groß ist, wird abgewiesen, ehe etwas gesendet ist.',
    hint: 'deliver prüft die Größe vor dem ersten checkpoint und endet in rejected.',
  },
  'renders what it delivers, but for the parts that it declares volatile': {
    says: 'Die Vorschau zeigt die Bytes, die gesendet werden.',
    hint: 'render und deliver schreiben mit derselben Funktion; was jedes Mal anders ist, nennt volatile.',
  },
  'sends the trace along': {
    says: 'Jede Anfrage trägt die Kennung zur Nachverfolgung (traceparent).',
    hint: 'Anfragen gehen über context.http.',
  },
  'P2 does its work, with one effect': {
    says: 'Ein Auftrag hat genau eine Wirkung.',
    hint: 'effects des Fakes nennt context.idempotencyKey einmal; ein Register endet in found.',
  },
  'P2 has one effect when the same key comes twice, in a row and at once': {
    says: 'Derselbe Auftrag hat auch zweimal gesendet nur eine Wirkung.',
    hint: 'Erkennt das Ziel den Schlüssel nicht wieder, steht idempotentTarget: false im Manifest.',
  },
  'P2 has one effect when it is killed after any call, and resumed': {
    says: 'Bricht der Auftrag nach irgendeinem Aufruf ab, bleibt es nach der Fortsetzung bei einer Wirkung.',
    hint: 'context.checkpoint steht vor dem ersten Aufruf, der etwas ändert; find kennt denselben Schlüssel.',
  },
  'P2 keeps what it is about to send before it sends, and resumes with the same bytes': {
    says: 'Was gesendet wird, ist vorher aufbewahrt, und eine Fortsetzung sendet dasselbe.',
    hint: 'Gesendet wird, was context.checkpoint zurückgibt, nicht was gerade gemacht wurde.',
  },
  'P2 is in doubt when the connection drops or nobody answers after sending': {
    says: 'Bleibt nach dem Senden die Antwort aus, gilt die Sendung als ungeklärt.',
    hint: doubt,
  },
  'P2 is in doubt when the target commits and never answers; what arrived is found, and sent no second time': {
    says: 'Was ohne Antwort ankam, wird gefunden und nicht noch einmal gesendet.',
    hint: 'find fragt nach context.idempotencyKey und liefert externalReference.',
  },
  'P2 is in doubt when the target commits and then says that it failed; nothing is sent a second time': {
    says: 'Was ankam, obwohl das Ziel einen Fehler meldete, wird nicht noch einmal gesendet.',
    hint: doubt,
  },
  'P2 knows for certain what never arrived': {
    says: 'Was nie ankam, wird sicher als nicht angekommen erkannt.',
    hint: 'find gibt dann „absent“ zurück, nur bei einer Antwort, die das beweist.',
  },
  'P2 does not take a disturbed target for an empty one': {
    says: 'Ein gestörtes Ziel wird nicht für ein leeres gehalten.',
    hint:
      'find wirft einen Fehler bei allem, was keine klare Antwort ist: Fehler, falsche Anmeldung, ' +
      'Unverständliches.',
  },
  'P2 understands in the target’s own words that nothing arrived': {
    says: 'Das Ziel sagt in seinen eigenen Worten, dass nichts ankam, und wird verstanden.',
    hint: 'find gibt „absent“ zurück, wenn die Antwort von words.absent kommt.',
  },
  'takes „busy“ as later': { says: 'Ist das Ziel überlastet, wird es später versucht.', hint: refusals },
  'takes „refuse“ as rejected': { says: 'Lehnt das Ziel die Angaben ab, entscheidet ein Mensch.', hint: refusals },
  'takes „unauthorized“ as misconfigured': {
    says: 'Lehnt das Ziel die Anmeldung ab, wird der Parameter genannt.',
    hint: `parameter ist der von wrongCredentials.blames, ohne Vorsatz. ${refusals}`,
  },
  'takes „forbidden“ as misconfigured': { says: 'Fehlt die Berechtigung, wird der Parameter genannt.', hint: refusals },
  'takes HTTP 429, 503 as later': { says: 'HTTP 429 und 503: Es wird später versucht.', hint: refusals },
  'takes HTTP 400, 422 as rejected': { says: 'HTTP 400 und 422: Ein Mensch entscheidet.', hint: refusals },
  'takes HTTP 401, 403, 404 as misconfigured': {
    says: 'HTTP 401, 403 und 404: Der Parameter wird genannt.',
    hint: refusals,
  },
  'takes HTTP 500, 502, 504 for doubt where it may have delivered, and as later where it has only asked': {
    says: 'HTTP 500, 502 und 504 nach dem Senden gelten als ungeklärt.',
    hint: doubt,
  },
  'asks once, and leaves it to the core to try again': {
    says: 'Der Adapter fragt einmal; wiederholt wird nach den Regeln von Stellwerk.',
    hint: 'Keine eigene Wiederholung: later zurückgeben oder den Fehler durchlassen.',
  },
  'keeps Retry-After between a second and an hour': {
    says: 'Der Adapter beachtet, wann das Ziel wieder gefragt werden will.',
    hint: 'retryAfter von tools/outcomes.ts liest die Kopfzeile; notBefore gibt sie weiter.',
  },
  'waits for another time when nobody listens, without doubt': {
    says: 'Ist das Ziel nicht da, wird es später versucht, ohne Zweifel.',
    hint: 'Fehler von context.http durchlassen.',
  },
  'P6 survives a huge answer, nonsense and an entity bomb': {
    says: 'Riesige, unsinnige und böswillige Antworten richten nichts an.',
    hint: 'Wirft der Adapter bei jeder Antwort, die er nicht versteht? XML liest nur readXml von libs/xoev.',
  },
  'ends every call at the deadline when the target hangs, and leaves nothing running': {
    says: 'Jeder Aufruf endet rechtzeitig, wenn das Ziel hängt.',
    hint: 'Der Aufruf endet, wenn context.signal es sagt, und lässt nichts weiterlaufen.',
  },
  'sends nothing after the deadline, and nothing when the worker stops': {
    says: 'Nach Ablauf der Zeit und beim Beenden wird nichts mehr gesendet.',
    hint: 'Alles nach außen geht über den Kontext.',
  },
  'says how a delivery stands': {
    says: 'Der Stand einer Sendung kann erfragt werden.',
    hint: 'status liest nur, und lässt Fehler durch.',
  },
  'P3 tells neither person nor secret in logs, outcomes and errors': {
    says: 'Weder Personen noch Geheimnisse stehen in Protokollen, Ergebnissen und Fehlern.',
    hint:
      'public nennt keine Angaben; was das Ziel wörtlich sagt, gehört nicht in detail oder in einen ' +
      'Schritt von check.',
  },
  'P3 puts nothing that a person typed into an address or the name of a file': {
    says: 'Nichts, was eine Person eingab, steht in einer Adresse oder im Namen einer Datei.',
    hint: 'Dateien heißen nach context.idempotencyKey; gefragt wird mit POST und changes: false.',
  },
  'P3 goes to no other host, whatever the target says': {
    says: 'Der Adapter folgt keinem Verweis auf einen anderen Rechner.',
    hint: 'Adressen kommen aus Parametern, nicht aus Antworten.',
  },
  'P3 reaches only what its parameters name': {
    says: 'Der Adapter erreicht nur, was seine Parameter nennen.',
    hint:
      'Der Parameter mit der Adresse ist z.url() oder trägt .meta({ host: true }); address der Fixture ' + 'nennt ihn.',
  },
  'P3 speaks plain HTTP to nobody but loopback': {
    says: 'Nach außen wird nur verschlüsselt gesprochen.',
    hint: 'Der Parameter mit der Adresse lässt http: zu, und context.http entscheidet.',
  },
  'P4 who sets one part of its connection inherits no other part of it': {
    says: 'Adresse und Zugangsdaten werden nur zusammen geerbt.',
    hint: bound,
  },
  'P4 no parameter beside its connection can name a host': {
    says: 'Kein anderer Parameter kann einen Rechner nennen.',
    hint: bound,
  },
  'P4 a listener that a town puts in place of an address hears no secret of the level above': {
    says: 'Eine fremde Adresse erfährt kein Geheimnis der übergeordneten Ebene.',
    hint: bound,
  },
  'heeds every parameter by which its target is reached, and has no constant in its place': {
    says: 'Jeder Parameter der Verbindung wirkt.',
    hint:
      'An Stelle dieser Parameter steht etwas Festes; ist ein anderer Wert sinnlos, sagt cannot unter ' +
      'seinem Namen warum.',
  },
  'can be asked for every attribute that it declares': {
    says: 'Nach jeder Angabe, die der Adapter nennt, kann gefragt werden.',
    hint:
      'lookup endet in found mit allen attributes; kennt der Fake die Person der Probe nicht, nennt ' +
      'subject eine andere.',
  },
  'P3 passes on only what was asked for': {
    says: 'Weitergegeben wird nur, wonach gefragt wurde.',
    hint: 'Gefragt wird nach request.attributes.',
  },
  'takes every character in what it is asked about': {
    says: 'Jedes Zeichen kann in der Frage stehen.',
    hint: 'lookup endet in found, notFound oder rejected, nie in einem Fehler.',
  },
};

/** What is typically wrong where a failure says this; the first that fits counts, before the hint of the case. */
export const causes: { says: RegExp; in?: RegExp; hint: string }[] = [
  {
    says: /Unexpected token '<'/,
    hint:
      'Das Ziel spricht XML: In fixtures `unpack` angeben. Es holt Texte und Anlagen aus dem, was ankam ' +
      '(stringsInXml von kit/strings.ts).',
  },
  {
    says: /is not valid JSON|Unexpected (?:non-whitespace|end of JSON)/,
    hint: 'Was ankam, ist kein JSON: In fixtures `unpack` angeben. Es holt Texte und Anlagen aus dem, was ankam.',
  },
  {
    says: /no fixtures beside the adapter/,
    hint:
      'Neben adapter fehlt fixtures: `fixture` sagt der Suite, wie sie den Fake startet ' +
      '(libs/adapters/README.md).',
  },
  {
    says: /search for 'start' in undefined/,
    hint: 'fixtures exportiert weder `fixture` noch `fixtures`.',
  },
  {
    says: /EADDRINUSE/,
    hint: 'Der Fake lauscht auf einem festen Port: startFake nimmt einen freien und nennt ihn als `url`.',
  },
  {
    says: /ENOENT.*released\.json/,
    hint: 'released.json fehlt: die Parameter mit Werten (samples), die diese Version annimmt.',
  },
  {
    says: /manifest\.capabilities\.(\w+) stimmt nicht/,
    hint:
      'capabilities nennt genau die Methoden find, render und status, die der Adapter hat: Methode ' +
      'schreiben oder false.',
  },
  {
    says: /manifest\.boundSet/,
    hint: bound,
  },
  {
    says: /ERR_MODULE_NOT_FOUND|Cannot find (?:package|module)/,
    hint: 'Ein Modul fehlt: Im Ordner des Pakets `npm install` ausführen; ein Paket importiert nichts von Stellwerk.',
  },
  {
    says: /(?:ReferenceError|TypeError): /,
    hint: 'Der Fake oder der Adapter wirft einen Fehler, der kein Ergebnis ist; wo, steht darunter.',
  },
  {
    says: /does not end; it was cut off|Exceeded timeout/i,
    hint:
      'Der Aufruf endet nicht von selbst: Antwortet der Fake auf jede Anfrage, und endet der Adapter mit ' +
      'context.signal?',
  },
  {
    in: /^check says step by step/,
    says: /"step": "connect"/,
    hint:
      'Unter der Adresse der Fixture antwortet niemand: `start` gibt dem Adapter das `url`, das startFake ' +
      'nennt, keinen festen Port.',
  },
  {
    in: /^has a true and complete manifest/,
    says: /Expected: true\s+Received: false/,
    hint: 'Im Ordner fehlt README.md: auf Deutsch, für die, die den Adapter einrichten.',
  },
  {
    in: /^has a true and complete manifest/,
    says: /\+ {3}"/,
    hint: "Diesen Parametern fehlt .describe('…'), auf Deutsch.",
  },
  {
    says: /"public": "Dieser Parameter fehlt\."/,
    hint:
      'Ein Pflichtparameter hat keinen Wert: `start` der Fixture gibt ihn unter seinem vollen Namen ' +
      '(id.schlüssel).',
  },
];

/** German: what an author should look at, where this check failed with these words. */
export function hintFor(name: string, failure: string): string | undefined {
  const cause = causes.find((one) => one.says.test(failure) && (one.in?.test(name) ?? true));
  return cause?.hint ?? cases[name]?.hint;
}
